package weft.registry;

import com.github.benmanes.caffeine.cache.Ticker;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import weft.api.DeviceDirectory;
import weft.api.DeviceKey;

/** Accounts, devices and client ids: a database and the HTTP APIs in front of it. */
public final class Registry implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Registry.class);

    private final Database database;
    private final Changes changes;
    private final ChangeFeed feed;
    private final FleetKeys fleetKeys;
    private final LocalDirectory directory;
    private final Server server;

    /**
     * Opens the database, makes what is missing, and binds nothing yet.
     *
     * @throws IOException if the database, a token file or the certificate cannot be used
     */
    public Registry(RegistryConfig config) throws IOException {
        this(config, InstantSource.system());
    }

    Registry(RegistryConfig config, InstantSource clock) throws IOException {
        TokenFile adminTokens = TokenFile.openOrMake(config.adminTokens());
        TokenFile edgeTokens = TokenFile.openOrMake(config.edgeTokens());
        database = Database.open(config.database(), config.databasePassword());
        changes = new Changes();
        feed = new ChangeFeed(database, changes);
        Views views = new Views(config);
        fleetKeys = new FleetKeys(database, views, clock);
        fleetKeys.tell(config.fleetKey());
        directory = new LocalDirectory(database, changes, fleetKeys);
        Admission admission = new Admission(config, clock);
        InnerAddresses addresses = new InnerAddresses(config.inner4(), inner6(config));
        Registrar registrar = new Registrar(database, admission, addresses, views, feed, clock);
        Administration administration = new Administration(database, admission, feed, clock);
        SourceLimiter limiter = new SourceLimiter(config.limits(), Ticker.systemTicker());
        server = new Server(
                config,
                new DeviceApi(registrar, limiter),
                new FleetApi(directory, changes, edgeTokens),
                new AdminApi(
                        administration,
                        new AccountAdministration(database, feed, clock),
                        fleetKeys,
                        adminTokens,
                        new Invitations(config, this::boundAddress)));
    }

    /** The configured one, or else one that is made once and kept. */
    private Prefix inner6(RegistryConfig config) {
        return config.inner6()
                .orElseGet(() -> database.write(handle -> {
                    InnerAddresses.lock(handle); // two registries may start at the same time
                    return Settings.get(handle, Settings.INNER6)
                            .map(Prefix::parse)
                            .orElseGet(() -> {
                                Prefix made = Prefix.uniqueLocal(new SecureRandom());
                                Settings.put(handle, Settings.INNER6, made.toString());
                                return made;
                            });
                }));
    }

    /** @throws IOException if an address cannot be bound */
    public Registry start() throws IOException {
        feed.start();
        server.start();
        LOG.info("registry listens on {}, admin API on {}", boundAddress(), adminAddress());
        return this;
    }

    /** Devices that register or ask for their configuration are told this public key of the fleet from now on. */
    public void fleetKey(DeviceKey key) {
        fleetKeys.tell(key);
    }

    /** For an edge in this process. */
    public DeviceDirectory directory() {
        return directory;
    }

    /** The first listening address, with the port that it has got. */
    public InetSocketAddress boundAddress() {
        return server.address();
    }

    public InetSocketAddress adminAddress() {
        return server.adminAddress();
    }

    /** Answers what is under way, then closes the database. */
    @Override
    public void close() {
        changes.close();
        server.close();
        feed.close();
        database.close();
    }
}
