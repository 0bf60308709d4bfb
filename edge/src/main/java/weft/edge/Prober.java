package weft.edge;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import weft.netio.Family;
import weft.netio.Sysctl;
import weft.tunnel.PeerSetup;
import weft.tunnel.Tunnel;
import weft.wireguard.AllowedIp;
import weft.wireguard.Crypto;
import weft.wireguard.Fresh;
import weft.wireguard.PrivateKey;
import weft.wireguard.PublicKey;

/**
 * Probes the edge's own data path for as long as the edge runs, by each of the addresses that it listens on in turn: from a
 * socket of this machine, as the device that only this edge knows. On a thread of its own.
 */
final class Prober implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Prober.class);
    private static final Duration PAUSE = Duration.ofMillis(250);
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /** Whoever is woken this late is on a machine too busy for a probe to say anything. */
    private static final Duration LATE = Duration.ofMillis(250);

    private static final int MOST_BYTES = 2048;
    private static final int KEY_BYTES = 32;
    private static final String NO_ECHO = "net/ipv4/icmp_echo_ignore_all";

    private final Probe probe;
    private final PeerSetup peer;
    private final List<DatagramSocket> sockets;
    private final Consumer<Boolean> outcome;
    private final DatagramPacket packet = new DatagramPacket(new byte[MOST_BYTES], MOST_BYTES);
    private final Thread thread;
    private volatile boolean closed;

    private Prober(Probe probe, PeerSetup peer, List<DatagramSocket> sockets, Consumer<Boolean> outcome) {
        this.probe = probe;
        this.peer = peer;
        this.sockets = sockets;
        this.outcome = outcome;
        thread = Thread.ofVirtual().name("prober").unstarted(this::run);
    }

    /**
     * In the network namespace of the calling thread. It probes from {@link #start} on.
     *
     * @param outcome told of each probe whether it was answered
     * @return empty where the kernel is told not to answer echo requests: then there is nothing to tell health by
     */
    static Optional<Prober> open(EdgeConfig config, int port, PublicKey edge, Consumer<Boolean> outcome)
            throws IOException {
        if (Sysctl.read(NO_ECHO).equals("1")) {
            LOG.warn(
                    "this edge's data path is not looked after, for {} is 1 and no echo comes back\nNext: sysctl -w {}=0",
                    NO_ECHO.replace('/', '.'),
                    NO_ECHO.replace('/', '.'));
            return Optional.empty();
        }
        InetAddress from = EdgeConfig.probeAddress(config.inner4());
        byte[] random = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(random);
        Crypto crypto = Crypto.jdk();
        try (PrivateKey key = new PrivateKey(random)) {
            Probe probe = new Probe(crypto, fresh(), key, edge, from, EdgeConfig.ownAddress(config.inner4()));
            PeerSetup peer = PeerSetup.of(key.publicKey(crypto.curve()), List.of(new AllowedIp(from, 32)));
            return Optional.of(new Prober(probe, peer, sockets(config.listen(), port), outcome));
        }
    }

    private static List<DatagramSocket> sockets(List<InetSocketAddress> listen, int port) throws IOException {
        List<DatagramSocket> sockets = new ArrayList<>();
        for (InetSocketAddress address : listen) {
            InetAddress to = address.getAddress();
            DatagramSocket socket = new DatagramSocket(0, to.isAnyLocalAddress() ? loopback(to) : to);
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.connect(new InetSocketAddress(socket.getLocalAddress(), port));
            sockets.add(socket);
        }
        return sockets;
    }

    private static InetAddress loopback(InetAddress any) {
        boolean v6 = any instanceof Inet6Address && Family.IPV6.isSupported();
        return InetAddress.ofLiteral(v6 ? "::1" : "127.0.0.1");
    }

    private static Fresh fresh() {
        SecureRandom random = new SecureRandom();
        return new Fresh() {
            @Override
            public void random(byte[] into) {
                random.nextBytes(into);
            }

            @Override
            public long unixNanos() {
                Instant now = Instant.now();
                return now.getEpochSecond() * 1_000_000_000L + now.getNano();
            }

            @Override
            public int receiverIndex(PublicKey peer) {
                return random.nextInt();
            }
        };
    }

    /** The tunnel's peer that the probes come from: no device. */
    PublicKey key() {
        return peer.publicKey();
    }

    void start(Tunnel tunnel) {
        tunnel.put(peer);
        thread.start();
    }

    private void run() {
        try {
            for (int i = 0; !closed; i++) {
                boolean answered = succeeds(sockets.get(i % sockets.size()));
                long slept = System.nanoTime();
                Thread.sleep(PAUSE);
                boolean late = System.nanoTime() - slept > PAUSE.plus(LATE).toNanos();
                if (answered || !late) {
                    outcome.accept(answered);
                }
            }
        } catch (InterruptedException ended) {
            LOG.debug("no more probes");
        } finally {
            probe.close();
        }
    }

    private boolean succeeds(DatagramSocket socket) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        try {
            Optional<Probe.Step> step = probe.begin();
            while (System.nanoTime() - end < 0) {
                if (step.isPresent()) {
                    switch (step.get()) {
                        case Probe.Step.Send(byte[] datagram) ->
                            socket.send(new DatagramPacket(datagram, datagram.length));
                        case Probe.Step.Answered() -> {
                            return true;
                        }
                    }
                }
                packet.setLength(MOST_BYTES);
                socket.receive(packet);
                step = probe.receive(packet.getData(), packet.getLength());
            }
        } catch (SocketTimeoutException silent) {
            LOG.debug("a probe of the data path was not answered");
        } catch (IOException e) {
            LOG.debug("a probe of the data path failed: {}", e.getMessage());
            pause();
        }
        return false;
    }

    /** A socket that fails at once must not make three failures of one moment. */
    private void pause() {
        try {
            Thread.sleep(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        sockets.forEach(DatagramSocket::close);
    }
}
