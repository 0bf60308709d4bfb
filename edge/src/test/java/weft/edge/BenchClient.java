package weft.edge;

import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import weft.netio.ReceiveBatch;
import weft.netio.UdpPath;
import weft.netio.UdpSocket;
import weft.netio.Waiter;
import weft.tunnel.NativeCrypto;
import weft.tunnel.SystemFresh;
import weft.wireguard.Crypto;
import weft.wireguard.Endpoint;
import weft.wireguard.Event;
import weft.wireguard.Handshakes;
import weft.wireguard.PeerConfig;
import weft.wireguard.PrivateKey;
import weft.wireguard.PublicKey;
import weft.wireguard.Sealer;

/** A device without a kernel: makes sessions with an edge over a socket, and seals what it is told to. */
final class BenchClient implements AutoCloseable {
    private static final Crypto CRYPTO = NativeCrypto.best();
    private static final int KEY = 32;
    private static final int MESSAGE = 256;
    private static final long PATIENCE = Duration.ofSeconds(2).toNanos();

    private final Handshakes handshakes = new Handshakes(CRYPTO, new SystemFresh());
    private final PublicKey key;
    private final PublicKey edge;
    private final UdpSocket socket;
    private final UdpPath path;

    /** @param socket stays the caller's */
    BenchClient(UdpSocket socket, InetSocketAddress to, PublicKey edge) {
        this(socket, to, edge, secret());
    }

    /** @param secret the device's private key */
    BenchClient(UdpSocket socket, InetSocketAddress to, PublicKey edge, byte[] secret) {
        this.socket = socket;
        this.edge = edge;
        path = UdpPath.to(to);
        handshakes.identity(new PrivateKey(secret));
        key = handshakes.publicKey().orElseThrow();
        Endpoint there = path::remoteBytes;
        handshakes.put(PeerConfig.of(edge).withEndpoint(there), System.nanoTime());
    }

    private static byte[] secret() {
        byte[] secret = new byte[KEY];
        new SecureRandom().nextBytes(secret);
        return secret;
    }

    PublicKey key() {
        return key;
    }

    /** A new session; the edge has not heard any data of it yet. */
    Sealer connect(ReceiveBatch batch) throws Exception {
        send(handshakes.initiate(edge, System.nanoTime()));
        long deadline = System.nanoTime() + PATIENCE;
        try (Waiter waiter = new Waiter()) {
            waiter.add(socket.fd());
            while (System.nanoTime() < deadline) {
                for (int i = socket.receive(batch) - 1; i >= 0; i--) {
                    Optional<Sealer> made = sealer(handshakes.receive(
                            batch.buffer(), batch.at(i), batch.length(i), path::remoteBytes, System.nanoTime()));
                    if (made.isPresent()) {
                        return made.get();
                    }
                }
                waiter.await(1_000_000);
            }
        }
        throw new IllegalStateException("the edge has not answered an initiation");
    }

    private static Optional<Sealer> sealer(List<Event> events) {
        return events.stream()
                .filter(Event.SealerReady.class::isInstance)
                .map(event -> ((Event.SealerReady) event).sealer())
                .findFirst();
    }

    private void send(List<Event> events) throws Exception {
        try (var arena = java.lang.foreign.Arena.ofConfined()) {
            MemorySegment out = arena.allocate(MESSAGE);
            for (Event event : events) {
                if (event instanceof Event.Send(byte[] datagram, Endpoint to)) {
                    MemorySegment.copy(MemorySegment.ofArray(datagram), 0, out, 0, datagram.length);
                    socket.send(out, 0, datagram.length, path);
                }
            }
        }
    }

    @Override
    public void close() {
        handshakes.close();
    }
}
