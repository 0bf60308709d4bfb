package weft.edge;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import weft.api.DeviceDirectory;
import weft.netio.Prefix;
import weft.netio.Tun;
import weft.netio.Unfinished;
import weft.tunnel.PeerState;
import weft.tunnel.Shards;
import weft.tunnel.Tunnel;
import weft.tunnel.TunnelListener;
import weft.wireguard.Crypto;
import weft.wireguard.PublicKey;

/**
 * The server that devices connect to: a tunnel whose peers the registry names, and the machine set up to carry their
 * packets on. It works in the network namespace of the thread that starts it.
 */
public final class Edge implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Edge.class);
    private static final long SWEEP_SECONDS = 30;

    private final Host host;
    private final Tunnel tunnel;
    private final Optional<City> city;
    private final DeviceCache cache;
    private final Devices devices;
    private final DeviceDirectory.Watch watch;
    private final Optional<ControlSocket> control;
    private final Optional<Prober> prober;
    private final KeyFollower keyFile;
    private final ScheduledExecutorService sweeper;
    private final CompletableFuture<Throwable> failure;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Edge(
            Host host,
            Tunnel tunnel,
            Optional<City> city,
            DeviceCache cache,
            Devices devices,
            DeviceDirectory.Watch watch,
            Optional<ControlSocket> control,
            Optional<Prober> prober,
            KeyFollower keyFile,
            CompletableFuture<Throwable> failure) {
        this.host = host;
        this.tunnel = tunnel;
        this.city = city;
        this.cache = cache;
        this.devices = devices;
        this.watch = watch;
        this.control = control;
        this.prober = prober;
        this.keyFile = keyFile;
        this.failure = failure;
        sweeper = Executors.newSingleThreadScheduledExecutor(
                Thread.ofVirtual().name("edge-sweeper").factory());
        var _ = sweeper.scheduleWithFixedDelay(this::sweep, SWEEP_SECONDS, SWEEP_SECONDS, TimeUnit.SECONDS);
    }

    /**
     * Takes devices in when it returns. Needs CAP_NET_ADMIN, in a fleet CAP_NET_RAW too. The directory stays the caller's.
     *
     * @throws IOException saying what is missing and what to do; nothing of the machine is changed then
     */
    public static Edge start(EdgeConfig config, DeviceDirectory directory) throws IOException {
        try (FleetKeys keys = FleetKey.read(config.keyFile())) {
            Prefix inner6 = config.inner6().orElseGet(keys::inner6);
            Tun tun = Tun.open(config.interfaceName(), config.offload());
            try {
                return start(config, directory, keys, inner6, tun);
            } catch (IOException | RuntimeException e) {
                tun.close();
                throw e;
            }
        }
    }

    private static Edge start(EdgeConfig config, DeviceDirectory directory, FleetKeys keys, Prefix inner6, Tun tun)
            throws IOException {
        try (Unfinished parts = new Unfinished()) {
            Host host = parts.add(Host.open(config, inner6));
            DeviceCache cache = new DeviceCache(directory, config.bounds());
            Devices devices = new Devices(config, inner6, cache, host, System::nanoTime);
            CompletableFuture<Throwable> failure = new CompletableFuture<>();
            Shards shards = Shards.of(config.shards());
            Optional<City> city = city(config, shards);
            city.ifPresent(parts::add);
            Optional<ControlSocket> control = control(config, city);
            control.ifPresent(parts::add);
            city.ifPresent(devices::city);
            KeyReports reports =
                    parts.add(new KeyReports(directory, config.bounds().peers()));
            Tunnel tunnel = parts.add(tunnel(config, tun, shards, devices, city, reports, failure));
            devices.tunnel(tunnel);
            city.ifPresent(others ->
                    others.serve(tunnel, devices, Usage.of(tunnel, devices, List.of(config.inner4(), inner6)), host));
            DeviceDirectory.Watch watch = parts.add(directory.watch(devices::changed));
            KeyFollower keyFile = parts.add(new KeyFollower(config.keyFile(), keys, tunnel, reports));
            Optional<Prober> prober = prober(config, city, tunnel);
            prober.ifPresent(parts::add);
            LOG.info("edge on {}: {}", config.interfaceName(), tunnel.describe());
            host.restore(Announcement.Obstacle.STARTING);
            Edge edge = new Edge(host, tunnel, city, cache, devices, watch, control, prober, keyFile, failure);
            parts.stands();
            return edge;
        }
    }

    private static Optional<City> city(EdgeConfig config, Shards shards) throws IOException {
        if (config.city().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(City.open(
                config.city().get(),
                Anycast.of(config.listen()),
                config.port(),
                config.offload(),
                shards.count(),
                Crypto.jdk()));
    }

    private static Optional<ControlSocket> control(EdgeConfig config, Optional<City> city) throws IOException {
        if (config.city().isEmpty() || city.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(ControlSocket.open(city.get(), config.city().get().controlSocket()));
    }

    private static Optional<Prober> prober(EdgeConfig config, Optional<City> city, Tunnel tunnel) throws IOException {
        if (city.isEmpty()) {
            return Optional.empty();
        }
        Optional<Prober> prober = Prober.open(config, tunnel, city.get().dataPath()::probed);
        prober.ifPresent(Prober::start);
        return prober;
    }

    private static Tunnel tunnel(
            EdgeConfig config,
            Tun tun,
            Shards shards,
            Devices devices,
            Optional<City> city,
            KeyReports reports,
            CompletableFuture<Throwable> failure)
            throws IOException {
        try {
            Tunnel.Builder builder = Tunnel.builder();
            city.ifPresent(others -> builder.ingress(others::ingress)
                    .cookieKeys(others.cookieKeys())
                    .receiverIndices(key -> others.receiverIndex(devices.clientId(key))));
            return builder.tun(tun)
                    .shards(shards)
                    .listen(config.listen())
                    .fixedSource()
                    .mtu(config.mtu())
                    .offload(config.offload())
                    .strangers(devices)
                    .listener(new TunnelListener() {
                        @Override
                        public void established(PublicKey peer) {
                            if (devices.device(peer).isPresent()) { // the prober is none
                                city.ifPresent(others -> others.sessions().changed(peer, true));
                                reports.established(peer);
                            }
                        }

                        @Override
                        public void moved(PublicKey peer) {
                            if (devices.device(peer).isPresent()) {
                                city.ifPresent(others -> others.sessions().changed(peer, false));
                            }
                        }

                        @Override
                        public void failed(Throwable cause) {
                            failure.complete(cause);
                        }
                    })
                    .start();
        } catch (IOException e) {
            throw new IOException(
                    "the edge cannot listen on " + config.listen() + ": " + e.getMessage()
                            + "\nNext: see who listens there (`ss -lnup`), and that the address is this machine's (`ip address`)",
                    e);
        }
    }

    private void sweep() {
        try {
            devices.sweep(devicePeers());
        } catch (RuntimeException e) {
            LOG.warn("devices without a session could not be let go of", e);
        }
    }

    private List<PeerState> devicePeers() {
        return tunnel.peers().stream()
                .filter(peer -> prober.isEmpty() || !prober.get().key().equals(peer.publicKey()))
                .toList();
    }

    public EdgeStatus status() {
        List<PeerState> peers = devicePeers();
        return new EdgeStatus(
                (int) peers.stream().filter(PeerState::established).count(),
                devices.present(),
                cache.size(),
                peers.stream().mapToLong(PeerState::receivedBytes).sum(),
                peers.stream().mapToLong(PeerState::sentBytes).sum(),
                tunnel.drops(),
                tunnel.strays(),
                city.map(others -> others.counters().snapshot()).orElse(Map.of()));
    }

    /** Of an edge that is one of several. */
    public Optional<FleetStatus> fleetStatus() {
        return city.map(City::status);
    }

    /**
     * No new clients from now on; sessions stay until they are idle or the deadline comes, and then go to other edges. An
     * edge that is alone has none to give them to, and nothing changes.
     */
    public void drain(Duration deadline) {
        city.ifPresent(others -> others.drain().begin(deadline));
    }

    /** One line for a person: the crypto and the kernel features in use, and what the machine lacks. */
    public String describe() {
        return Stream.concat(Stream.of(tunnel.describe()), host.missing().stream())
                .collect(Collectors.joining("; "));
    }

    /** The UDP port that it listens on. */
    public int port() {
        return tunnel.port();
    }

    /** Completed with the reason if the edge ends by itself. */
    public CompletableFuture<Throwable> failure() {
        return failure.copy();
    }

    private static void close(ControlSocket control) {
        try {
            control.close();
        } catch (IOException e) {
            LOG.warn("the control socket stays behind: {}", e.getMessage());
        }
    }

    /** Ends all sessions and puts the machine back. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            host.withdraw(Announcement.Obstacle.ENDING);
            control.ifPresent(Edge::close);
            watch.close();
            keyFile.close();
            prober.ifPresent(Prober::close);
            sweeper.shutdownNow();
            tunnel.close();
            city.ifPresent(City::close);
            host.close();
        }
    }
}
