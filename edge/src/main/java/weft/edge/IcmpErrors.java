package weft.edge;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import weft.fleet.MeshMessage;
import weft.fleet.TooBig;
import weft.netio.Family;
import weft.netio.IcmpSocket;
import weft.netio.UdpPath;
import weft.netio.Waiter;

/**
 * ICMP errors for the anycast addresses. A router that cannot pass on what an edge has sent tells the anycast address, and the
 * network brings that to any edge of the city. So each that says "too big" is copied to all others, and each has its kernel go
 * by it, which remembers the path's MTU and cuts what is longer; what becomes of it on edges that send nothing there is harmless.
 *
 * <p>Anybody can forge such errors, as for any server of UDP: what they can do is bounded by the kernel (no path's MTU goes
 * below 552 bytes of IPv4 or 1280 of IPv6), and so is how many are looked at, by a pause.
 */
final class IcmpErrors implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(IcmpErrors.class);

    /** At most 256 a second. */
    private static final int MOST_IN_A_ROW = 32;

    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(125);
    private static final long JOIN_MILLIS = 2_000;

    private final List<UdpPath> ours;
    private final int port;
    private final Consumer<byte[]> found;
    private final Map<Family, IcmpSocket> sockets = new EnumMap<>(Family.class);
    private final Waiter waiter;
    private final Thread thread;
    private volatile boolean running = true;

    /**
     * @param found told, on a thread of its own, of each error that concerns these addresses
     * @throws IOException saying what is missing
     */
    IcmpErrors(String name, List<InetAddress> anycast, int port, Consumer<byte[]> found) throws IOException {
        this.port = port;
        this.found = found;
        ours = anycast.stream()
                .map(address -> UdpPath.to(new InetSocketAddress(address, port)))
                .toList();
        waiter = new Waiter();
        try {
            for (InetAddress address : anycast) {
                IcmpSocket socket = IcmpSocket.open(Family.of(address));
                sockets.put(Family.of(address), socket);
                waiter.add(socket.fd());
            }
        } catch (IOException e) {
            sockets.values().forEach(IcmpSocket::close);
            waiter.close();
            throw new IOException(
                    "the edge cannot hear of packets that are too big for their way: " + e.getMessage()
                            + "\nNext: run it with CAP_NET_RAW as well as CAP_NET_ADMIN",
                    e);
        }
        thread = Thread.ofPlatform().name(name + "-icmp").daemon(true).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        List<IcmpSocket> all = new ArrayList<>(sockets.values());
        try {
            while (running) {
                waiter.await(-1);
                int looked = 0;
                for (IcmpSocket socket : all) {
                    looked += look(socket);
                }
                if (looked >= MOST_IN_A_ROW) {
                    LockSupport.parkNanos(PAUSE);
                }
            }
        } catch (IOException e) {
            LOG.warn("ICMP errors are not passed on any more: {}", e.getMessage());
        }
    }

    private int look(IcmpSocket socket) throws IOException {
        int looked = 0;
        Optional<byte[]> packet = socket.receive();
        while (packet.isPresent()) {
            looked++;
            if (concernsUs(packet.get())) {
                found.accept(packet.get());
            }
            packet = looked < MOST_IN_A_ROW ? socket.receive() : Optional.empty();
        }
        return looked;
    }

    private boolean concernsUs(byte[] packet) {
        return packet.length >= MeshMessage.IcmpError.MIN_PACKET
                && ours.stream().anyMatch(path -> TooBig.concerns(packet, path.high(), path.low(), port));
    }

    /**
     * One that came to another edge; one thread's.
     *
     * @return whether the kernel has got it
     */
    boolean take(byte[] packet) {
        IcmpSocket socket = sockets.get(packet[0] >>> 4 == 4 ? Family.IPV4 : Family.IPV6);
        if (socket == null || !concernsUs(packet)) {
            return false;
        }
        try {
            socket.inject(packet);
            return true;
        } catch (IOException e) {
            LOG.debug("the kernel does not take an ICMP error: {}", e.getMessage());
            return false;
        }
    }

    @Override
    public void close() {
        running = false;
        waiter.wake();
        LockSupport.unpark(thread);
        try {
            thread.join(JOIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        waiter.close();
        sockets.values().forEach(IcmpSocket::close);
    }
}
