package weft.registry;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import weft.api.DeviceKey;

/**
 * Everything a registry is told at its start.
 *
 * @param listen where devices and edges come in
 * @param adminListen where the admin API is; it answers nowhere else
 * @param tls without it the registry speaks HTTP
 * @param url how devices reach it, for the invites it writes; if absent, the first listening address
 * @param database {@code sqlite:PATH} or {@code postgresql://USER@HOST:PORT/NAME?OPTIONS}
 * @param databasePassword file that holds the password
 * @param fleetKey public key of the edges
 * @param inner6 if absent, a unique local /48 made at the first start and kept
 * @param adminTokens file of tokens, one a line; made with one in it, mode 0600, at the first start
 * @param edgeTokens the same for edges
 */
public record RegistryConfig(
        List<InetSocketAddress> listen,
        InetSocketAddress adminListen,
        Optional<Tls> tls,
        Optional<URI> url,
        String database,
        Optional<Path> databasePassword,
        DeviceKey fleetKey,
        Endpoint endpoint,
        Prefix inner4,
        Optional<Prefix> inner6,
        Newcomers newcomers,
        Limits limits,
        Path adminTokens,
        Path edgeTokens) {
    public RegistryConfig {
        listen = List.copyOf(listen);
        if (listen.isEmpty()) {
            throw new IllegalArgumentException("a registry needs an address to listen on");
        }
        if (!inner4.isV4() || inner4.length() > 26 || inner4.length() < 8) {
            throw new IllegalArgumentException("the inner IPv4 prefix has a length from 8 to 26, not " + inner4);
        }
        if (inner6.isPresent() && (inner6.get().isV4() || inner6.get().length() > 96)) {
            throw new IllegalArgumentException("the inner IPv6 prefix has a length of at most 96, not " + inner6.get());
        }
        if (tls.isEmpty() && !isLoopback(adminListen)) {
            throw new IllegalArgumentException("the admin API would send its token in the clear from " + adminListen
                    + ": give it a certificate, or a loopback address");
        }
    }

    private static boolean isLoopback(InetSocketAddress address) {
        InetAddress ip = address.getAddress();
        return ip != null && ip.isLoopbackAddress();
    }

    /** PEM files: the chain, own certificate first, and its key (mode 0600). */
    public record Tls(Path certificates, Path key) {}

    /**
     * Where the fleet listens, as devices see it.
     *
     * @param ports the first is the one in {@code host:port}
     */
    public record Endpoint(
            Optional<Inet4Address> v4, Optional<Inet6Address> v6, Optional<String> host, List<Integer> ports) {
        public Endpoint {
            ports = List.copyOf(ports);
            if (ports.isEmpty()) {
                throw new IllegalArgumentException("the fleet's endpoint needs a port");
            }
            if (v4.isEmpty() && v6.isEmpty() && host.isEmpty()) {
                throw new IllegalArgumentException(
                        "the fleet's endpoint needs an IPv4 address, an IPv6 address or a name");
            }
        }

        public static Endpoint of(InetAddress address, int port) {
            return new Endpoint(
                    address instanceof Inet4Address v4 ? Optional.of(v4) : Optional.empty(),
                    address instanceof Inet6Address v6 ? Optional.of(v6) : Optional.empty(),
                    Optional.empty(),
                    List.of(port));
        }
    }

    /** What becomes of a device that has no invite while no window is open. */
    public enum Newcomers {
        REFUSED,
        /** Registered, but without traffic until an admin approves it. */
        WAIT_FOR_APPROVAL
    }

    /**
     * Bounds on what outsiders can make grow.
     *
     * @param burst requests that a source (an IPv4 address or an IPv6 /64) may make at once
     * @param refill time until it may make one more
     * @param sources how many sources are remembered
     * @param waiting how many devices may wait for approval
     */
    public record Limits(int burst, Duration refill, int sources, int waiting) {
        public static Limits defaults() {
            return new Limits(20, Duration.ofSeconds(3), 100_000, 100);
        }
    }

    /** With defaults for all but what differs from fleet to fleet. State is kept in a directory. */
    public static Builder builder(Path directory, DeviceKey fleetKey, Endpoint endpoint) {
        return new Builder(directory, fleetKey, endpoint);
    }

    /** All defaults are here. */
    public static final class Builder {
        private static final int PORT = 8470;
        private static final int ADMIN_PORT = 8471;

        private final DeviceKey fleetKey;
        private final Endpoint endpoint;
        private List<InetSocketAddress> listen = List.of(loopback(PORT));
        private InetSocketAddress adminListen = loopback(ADMIN_PORT);
        private Optional<Tls> tls = Optional.empty();
        private Optional<URI> url = Optional.empty();
        private String database;
        private Optional<Path> databasePassword = Optional.empty();
        private Prefix inner4 = Prefix.parse("100.96.0.0/12");
        private Optional<Prefix> inner6 = Optional.empty();
        private Newcomers newcomers = Newcomers.REFUSED;
        private Limits limits = Limits.defaults();
        private Path adminTokens;
        private Path edgeTokens;

        private Builder(Path directory, DeviceKey fleetKey, Endpoint endpoint) {
            this.fleetKey = fleetKey;
            this.endpoint = endpoint;
            this.database = "sqlite:" + directory.resolve("registry.db");
            this.adminTokens = directory.resolve("admin.token");
            this.edgeTokens = directory.resolve("edge.token");
        }

        private static InetSocketAddress loopback(int port) {
            return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
        }

        public Builder listen(List<InetSocketAddress> addresses) {
            listen = new ArrayList<>(addresses);
            return this;
        }

        public Builder adminListen(InetSocketAddress address) {
            adminListen = address;
            return this;
        }

        public Builder tls(Path certificates, Path key) {
            tls = Optional.of(new Tls(certificates, key));
            return this;
        }

        public Builder url(URI address) {
            url = Optional.of(address);
            return this;
        }

        public Builder database(String where) {
            database = where;
            return this;
        }

        public Builder databasePassword(Path file) {
            databasePassword = Optional.of(file);
            return this;
        }

        public Builder inner4(Prefix prefix) {
            inner4 = prefix;
            return this;
        }

        public Builder inner6(Prefix prefix) {
            inner6 = Optional.of(prefix);
            return this;
        }

        public Builder newcomers(Newcomers policy) {
            newcomers = policy;
            return this;
        }

        public Builder limits(Limits bounds) {
            limits = bounds;
            return this;
        }

        public Builder adminTokens(Path file) {
            adminTokens = file;
            return this;
        }

        public Builder edgeTokens(Path file) {
            edgeTokens = file;
            return this;
        }

        /** @throws IllegalArgumentException saying what does not fit */
        public RegistryConfig build() {
            return new RegistryConfig(
                    listen,
                    adminListen,
                    tls,
                    url,
                    database,
                    databasePassword,
                    fleetKey,
                    endpoint,
                    inner4,
                    inner6,
                    newcomers,
                    limits,
                    adminTokens,
                    edgeTokens);
        }
    }
}
