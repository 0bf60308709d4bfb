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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import weft.netio.Family;
import weft.netio.Sysctl;
import weft.tunnel.PeerSetup;
import weft.tunnel.SystemFresh;
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
    private static final Crypto CRYPTO = Crypto.jdk();
    private static final Fresh FRESH = new SystemFresh();

    private final Tunnel tunnel;
    private final PrivateKey key;
    private final InetAddress from;
    private final InetAddress to;
    private final PeerSetup peer;
    private final List<DatagramSocket> sockets;
    private final Consumer<Boolean> outcome;
    private final DatagramPacket packet = new DatagramPacket(new byte[MOST_BYTES], MOST_BYTES);
    private final Thread thread;
    private volatile boolean closed;

    private Prober(EdgeConfig config, Tunnel tunnel, PrivateKey key, Consumer<Boolean> outcome) throws IOException {
        this.tunnel = tunnel;
        this.key = key;
        this.outcome = outcome;
        from = EdgeConfig.probeAddress(config.inner4());
        to = EdgeConfig.ownAddress(config.inner4());
        peer = PeerSetup.of(key.publicKey(CRYPTO.curve()), List.of(new AllowedIp(from, 32)));
        sockets = sockets(config.listen(), tunnel.port());
        thread = Thread.ofVirtual().name("prober").unstarted(this::run);
    }

    /**
     * In the network namespace of the calling thread. It probes from {@link #start} on.
     *
     * @param outcome told of each probe whether it was answered
     * @return empty where the kernel is told not to answer echo requests: then there is nothing to tell health by
     */
    static Optional<Prober> open(EdgeConfig config, Tunnel tunnel, Consumer<Boolean> outcome) throws IOException {
        if (Sysctl.read(NO_ECHO).equals("1")) {
            LOG.warn(
                    "this edge's data path is not looked after, for {} is 1 and no echo comes back\nNext: sysctl -w {}=0",
                    NO_ECHO.replace('/', '.'),
                    NO_ECHO.replace('/', '.'));
            return Optional.empty();
        }
        byte[] random = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(random);
        PrivateKey key = new PrivateKey(random);
        Arrays.fill(random, (byte) 0);
        return Optional.of(new Prober(config, tunnel, key, outcome));
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

    /** The tunnel's peer that the probes come from: no device. */
    PublicKey key() {
        return peer.publicKey();
    }

    void start() {
        tunnel.put(peer);
        thread.start();
    }

    private void run() {
        try {
            while (!closed) {
                probeOnce();
            }
        } catch (InterruptedException ended) {
            LOG.debug("no more probes");
        } finally {
            key.close();
        }
    }

    private void probeOnce() throws InterruptedException {
        try {
            probeUntilTheKeyChanges(tunnel.publicKey());
        } catch (RuntimeException e) {
            if (!closed) {
                LOG.warn("the probes of this edge's data path begin anew after {}", e.toString());
                Thread.sleep(PATIENCE);
            }
        }
    }

    /** The fleet may go over to another key. */
    private void probeUntilTheKeyChanges(Optional<PublicKey> edge) throws InterruptedException {
        if (edge.isEmpty()) {
            Thread.sleep(PAUSE);
            return;
        }
        try (Probe probe = new Probe(CRYPTO, FRESH, key, edge.get(), from, to)) {
            for (int i = 0; !closed && tunnel.publicKey().equals(edge); i++) {
                boolean answered = succeeds(probe, sockets.get(i / Probe.ECHOES % sockets.size()));
                long slept = System.nanoTime();
                Thread.sleep(PAUSE);
                boolean late = System.nanoTime() - slept > PAUSE.plus(LATE).toNanos();
                if (answered || !late) {
                    outcome.accept(answered);
                }
            }
        }
    }

    private boolean succeeds(Probe probe, DatagramSocket socket) {
        for (Optional<Probe.Step> step = probe.begin(); step.isPresent(); step = probe.silence()) {
            try {
                if (isAnswered(probe, step, socket)) {
                    return true;
                }
            } catch (SocketTimeoutException silent) {
                LOG.debug("a probe of the data path was not answered");
            } catch (IOException e) {
                LOG.debug("a probe of the data path failed: {}", e.getMessage());
                pause();
            }
        }
        return false;
    }

    private boolean isAnswered(Probe probe, Optional<Probe.Step> first, DatagramSocket socket) throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        Optional<Probe.Step> step = first;
        while (System.nanoTime() - end < 0) {
            if (step.isPresent()) {
                switch (step.get()) {
                    case Probe.Step.Send(byte[] datagram) -> socket.send(new DatagramPacket(datagram, datagram.length));
                    case Probe.Step.Answered() -> {
                        return true;
                    }
                }
            }
            packet.setLength(MOST_BYTES);
            socket.receive(packet);
            step = probe.receive(packet.getData(), packet.getLength());
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
