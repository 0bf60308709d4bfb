package weft.client;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import weft.netio.Family;
import weft.netio.Netlink;
import weft.netio.Route;
import weft.tunnel.PeerState;
import weft.tunnel.Tunnel;
import weft.wireguard.PrivateKey;
import weft.wireguard.PublicKey;

/**
 * A device's tunnel to its fleet, kept alive while the device changes networks. It has a thread, the supervisor, that
 * watches the ways to the endpoints and does what {@link EndpointChoice} decides. Until the first session is there,
 * nothing of the machine's routing changes; {@link #close} restores it.
 *
 * <p>It belongs to the network namespace of the thread that opens it, which must be a platform thread.
 */
public final class Connection implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    private static final long LOOK_MILLIS = 1_000;
    private static final long LOOK_CONNECTING_MILLIS = 100;
    /** How young a session may be that is renewed: REKEY_TIMEOUT (whitepaper, 6.1). */
    private static final long RENEWABLE_NANOS = 5_000_000_000L;

    private static final long MAX_HANDSHAKE_NANOS = 4_900_000_000L;

    /**
     * @param interfaceName of the TUN
     * @param offload false for one packet a call
     * @param refresh how long the daemon waits at most before it asks the registry again what has changed
     */
    public record Settings(String interfaceName, boolean offload, Duration refresh) {
        /** Two million devices ask 123 times a second by it, for a wait is three quarters of it in the mean. */
        public static final Duration REFRESH = Duration.ofHours(6);

        public static Settings standard() {
            return new Settings("weft", true, REFRESH);
        }
    }

    private final Profile profile;
    private final List<InetSocketAddress> endpoints;
    private final EndpointChoice choice;
    private final Downstream downstream = new Downstream();
    private final Netlink netlink;
    private final InnerInterface inner;
    private final PolicyRouting routing;
    private final Tunnel tunnel;
    private final FleetPeer fleet;
    private final Thread supervisor;
    private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
    private final CountDownLatch connected = new CountDownLatch(1);
    private final long openedAt = System.nanoTime();
    private boolean stamps;
    private boolean restamp;
    private OptionalLong establishedAt = OptionalLong.empty();
    private OptionalLong begunAt = OptionalLong.empty();
    private volatile Stage stage = Stage.START;

    private Connection(Profile profile, Settings settings, boolean stamps, Netlink netlink) throws IOException {
        this.profile = profile;
        this.stamps = stamps;
        this.netlink = netlink;
        endpoints = profile.endpoints();
        choice = new EndpointChoice(endpoints);
        PolicyRouting.removeLeftovers(netlink);
        inner = InnerInterface.open(netlink, profile.config(), settings, endpoints);
        try {
            routing = new PolicyRouting(netlink, inner.name(), inner.families());
            tunnel = Tunnel.builder()
                    .tun(inner.tun())
                    .mtu(inner.mtu())
                    .mark(PolicyRouting.MARK)
                    .offload(settings.offload())
                    .listener(new Signal.Listener(signals))
                    .start();
        } catch (IOException | RuntimeException e) {
            inner.close();
            throw e;
        }
        try (PrivateKey key = new PrivateKey(profile.privateKey().bytes())) {
            tunnel.privateKey(key);
        }
        fleet = new FleetPeer(tunnel, PublicKey.parse(profile.edge().publicKey()), reserved());
        supervisor = Thread.ofPlatform().name("supervisor").daemon(true).start(this::supervise);
    }

    /** @throws IOException if the interface cannot be made; the machine is then as it was */
    public static Connection open(Profile profile, Settings settings, DeviceSettings wishes) throws IOException {
        Netlink netlink = Netlink.open();
        try {
            return new Connection(profile, settings, wishes.stamps(), netlink);
        } catch (IOException | RuntimeException e) {
            netlink.close();
            throw e;
        }
    }

    /**
     * Removes what a killed process left behind.
     *
     * @return whether there was something
     * @throws IOException if another process's connection is up
     */
    public static boolean removeLeftovers() throws IOException {
        try (Netlink netlink = Netlink.open()) {
            return PolicyRouting.removeLeftovers(netlink);
        }
    }

    /** Waits until traffic goes through the tunnel; false if that takes too long. */
    public boolean awaitConnected(Duration patience) throws InterruptedException {
        return connected.await(patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void supervise() {
        try {
            while (true) {
                look();
                Signal signal = nextSignal();
                switch (signal) {
                    case Signal.Established(PublicKey by, long at) -> {
                        fleet.established(by);
                        established(at);
                    }
                    case Signal.Key(PublicKey told) -> fleet.goOver(told, choice.endpoint());
                    case Signal.Changed(DeviceSettings settings) -> apply(settings);
                    case Signal.Unreachable(PublicKey by) -> {
                        if (fleet.unreachable(by)) {
                            choice.unreachable(System.nanoTime());
                        }
                    }
                    case Signal.Failed(Throwable cause) -> throw new IOException(cause);
                    case Signal.Close close -> {
                        return;
                    }
                    case null -> {}
                }
            }
        } catch (IOException | RuntimeException | InterruptedException e) {
            fail(e);
        }
    }

    /** Waits for it until the next {@link #look} is due, with an ear on what comes from the edge. */
    private @Nullable Signal nextSignal() throws InterruptedException {
        boolean settled = stage.state() == Status.State.CONNECTED;
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(settled ? LOOK_MILLIS : LOOK_CONNECTING_MILLIS);
        Signal signal = signals.poll();
        for (long left = until - System.nanoTime(); signal == null && left > 0; left = until - System.nanoTime()) {
            signal = signals.poll(downstream.flows() ? Math.min(left, Downstream.LOOK) : left, TimeUnit.NANOSECONDS);
            if (signal == null) {
                listen();
            }
        }
        return signal;
    }

    private void listen() {
        fleet.state().ifPresent(peer -> {
            if (downstream.look(System.nanoTime(), peer.receivedBytes(), peer.sentBytes())) {
                LOG.debug("what came from the edge has stopped: it hears from us");
                fleet.keepalive();
            }
        });
    }

    private void fail(Exception cause) {
        LOG.warn("the connection has ended: {}", cause.toString());
        String reason = "it failed: " + Optional.ofNullable(cause.getMessage()).orElse(cause.toString());
        stage = new Stage(
                Status.State.DISCONNECTED,
                Optional.of(reason),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                stage.handshakes());
        restore();
    }

    private void look() throws IOException {
        List<Optional<Way>> ways = new ArrayList<>();
        for (InetSocketAddress endpoint : endpoints) {
            Optional<Route> route = netlink.routeTo(endpoint.getAddress(), PolicyRouting.MARK);
            ways.add(route.filter(found -> found.table() != PolicyRouting.TABLE).map(Way::of));
        }
        long now = System.nanoTime();
        Optional<PeerState> peer = fleet.state();
        EndpointChoice.Traffic traffic = peer.map(state -> new EndpointChoice.Traffic(
                        state.receivedBytes(), state.sentBytes(), state.lastHandshakeUnixNanos()))
                .orElse(new EndpointChoice.Traffic(0, 0, 0));
        take(choice.look(now, ways, traffic), peer);
        if (connected.getCount() == 0) {
            routing.follow();
        }
        restamp(now);
        tell(now);
    }

    private void take(EndpointChoice.Step step, Optional<PeerState> peer) {
        switch (step) {
            case EndpointChoice.Step.Stay stay -> {}
            case EndpointChoice.Step.Begin(InetSocketAddress to) -> begin(to);
            case EndpointChoice.Step.Move(InetSocketAddress to) -> {
                LOG.debug("the network has changed: the session moves on");
                fleet.endpoint(to);
                if (peer.filter(PeerState::established).isPresent()) {
                    fleet.keepalive();
                } else {
                    initiate();
                }
            }
            case EndpointChoice.Step.Renew(InetSocketAddress to) -> {
                LOG.debug("the edge is silent: a new handshake");
                fleet.endpoint(to);
                fleet.keepalive();
                initiate();
            }
        }
    }

    private void begin(InetSocketAddress to) {
        LOG.debug("a handshake begins");
        begunAt = OptionalLong.of(System.nanoTime());
        fleet.begin(to);
    }

    private int reserved() {
        return stamps ? profile.reserved() : 0;
    }

    private void apply(DeviceSettings settings) {
        if (settings.stamps() != stamps) {
            stamps = settings.stamps();
            fleet.reserved(reserved());
            restamp = true;
        }
    }

    /** A session keeps the stamp that it was made with, so a change wants a handshake; until then the old one goes on. */
    private void restamp(long now) {
        if (restamp && establishedAt.isPresent() && now - establishedAt.getAsLong() >= RENEWABLE_NANOS) {
            restamp = false;
            initiate();
        }
    }

    private void initiate() {
        begunAt = OptionalLong.of(System.nanoTime());
        fleet.initiate();
    }

    private void established(long at) throws IOException {
        choice.established();
        establishedAt = OptionalLong.of(at);
        Optional<Double> handshake = begunAt.isPresent() && at - begunAt.getAsLong() < MAX_HANDSHAKE_NANOS
                ? Optional.of(millis(at - begunAt.getAsLong()))
                : stage.handshakeMs();
        begunAt = OptionalLong.empty();
        Optional<Double> after = stage.connectedAfterMs();
        if (connected.getCount() > 0) {
            routing.apply();
            after = Optional.of(millis(System.nanoTime() - openedAt));
        }
        stage = new Stage(
                Status.State.CONNECTED, Optional.empty(), choice.endpoint(), after, handshake, stage.handshakes() + 1);
        connected.countDown();
    }

    private static double millis(long nanos) {
        return Math.round(nanos / 10_000.0) / 100.0;
    }

    private void tell(long now) {
        Optional<String> trouble = trouble(now);
        stage = new Stage(
                trouble.isEmpty() ? Status.State.CONNECTED : Status.State.CONNECTING,
                trouble,
                choice.endpoint(),
                stage.connectedAfterMs(),
                stage.handshakeMs(),
                stage.handshakes());
    }

    private Optional<String> trouble(long now) {
        if (!choice.hasWay()) {
            return Optional.of("this machine has no route to the edge");
        }
        if (choice.isSilent(now)) {
            return Optional.of("the edge does not answer any more; trying again");
        }
        return connected.getCount() == 0
                ? Optional.empty()
                : choice.endpoint().map(to -> "waiting for the edge's answer over " + name(to));
    }

    private static String name(InetSocketAddress endpoint) {
        return Family.of(endpoint.getAddress()) == Family.IPV4 ? "IPv4" : "IPv6";
    }

    private static String text(InetSocketAddress endpoint) {
        String address = endpoint.getAddress().getHostAddress();
        return (address.contains(":") ? "[" + address + "]" : address) + ":" + endpoint.getPort();
    }

    /** Takes effect by a new handshake, at once or when the session is {@link #RENEWABLE_NANOS} old; no packet is lost by it. */
    public void settings(DeviceSettings changed) {
        signals.add(new Signal.Changed(changed));
    }

    /** The registry says what the device needs by now: where the fleet has another key, the session goes over to it. */
    void told(Profile now) {
        signals.add(new Signal.Key(PublicKey.parse(now.edge().publicKey())));
    }

    public Status status() {
        Stage now = stage;
        Optional<PeerState> peer = now.state() == Status.State.DISCONNECTED ? Optional.empty() : peer();
        return new Status(
                Status.VERSION,
                now.state(),
                now.reason(),
                Optional.of(profile.name()),
                Optional.of(inner.name()),
                inner.addresses().stream().map(Object::toString).toList(),
                Optional.of(inner.mtu()),
                now.endpoint().map(Connection::text),
                now.endpoint().map(to -> name(to).toLowerCase(Locale.ROOT)),
                now.connectedAfterMs(),
                now.handshakeMs(),
                peer.map(PeerState::lastHandshakeUnixNanos)
                        .filter(at -> at != 0)
                        .map(at -> Instant.ofEpochSecond(0, at)),
                now.handshakes(),
                peer.map(PeerState::receivedBytes).orElse(0L),
                peer.map(PeerState::sentBytes).orElse(0L),
                Optional.of(tunnel.describe()),
                Status.dropped(tunnel.drops()));
    }

    /** Nobody, if the tunnel has just ended. */
    private Optional<PeerState> peer() {
        try {
            return fleet.state();
        } catch (IllegalStateException ended) {
            LOG.debug("no figures: {}", ended.getMessage());
            return Optional.empty();
        }
    }

    /** Ends the session and restores the machine's routing. */
    @Override
    public void close() {
        signals.add(new Signal.Close());
        try {
            supervisor.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        restore();
        netlink.close();
    }

    private synchronized void restore() {
        try {
            PolicyRouting.remove(netlink);
        } catch (IOException e) {
            LOG.warn("the routing rules could not be removed: {}", e.getMessage());
        }
        tunnel.close();
    }
}
