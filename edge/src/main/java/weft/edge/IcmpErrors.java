package weft.edge;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import weft.fleet.TooBig;
import weft.fleet.TooBigBudget;
import weft.netio.Family;
import weft.netio.IcmpSocket;
import weft.netio.UdpPath;
import weft.netio.Waiter;

/**
 * ICMP errors for the anycast addresses. A router that cannot pass on what an edge has sent tells the anycast address, and the
 * network brings that to any edge of the city. So each that says "too big" is copied to all others ({@link PathErrors}), and the
 * one that has the session has its kernel go by it, which remembers the path's MTU and cuts what is longer.
 *
 * <p>Anybody can forge such errors, as for any server of UDP. So no more than 32 of each family are looked at in an eighth of a
 * second, and far fewer are told of, at whatever pace they come.
 */
final class IcmpErrors implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(IcmpErrors.class);

    private static final int MOST_IN_A_ROW = 32;

    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(125);
    private static final long JOIN_MILLIS = 2_000;

    /** Each becomes a datagram to every other edge, sealed by the thread that heartbeats wait for. */
    private static final int TOLD_AT_ONCE = 16;

    private static final int TOLD_A_SECOND = 8;

    private final String name;
    private final List<UdpPath> ours;
    private final int port;
    private final TooBigBudget budget = new TooBigBudget(TOLD_AT_ONCE, TOLD_A_SECOND, System.nanoTime());
    private final Map<Family, IcmpSocket> sockets = new EnumMap<>(Family.class);
    private final Waiter waiter;
    private boolean saidUnknown;
    private @Nullable Thread thread;
    private volatile boolean running = true;

    /** @throws IOException saying what is missing */
    IcmpErrors(String name, List<InetAddress> anycast, int port) throws IOException {
        this.name = name;
        this.port = port;
        ours = anycast.stream()
                .map(address -> UdpPath.to(new InetSocketAddress(address, port)))
                .toList();
        waiter = new Waiter();
        try {
            for (Family family : anycast.stream().map(Family::of).collect(Collectors.toCollection(TreeSet::new))) {
                IcmpSocket socket = IcmpSocket.open(family);
                sockets.put(family, socket);
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
    }

    /** @param found told, on a thread of its own, of errors that concern these addresses, within the budget */
    void start(BiConsumer<byte[], TooBig> found) {
        thread = Thread.ofPlatform().name(name + "-icmp").daemon(true).start(() -> run(found));
    }

    private void run(BiConsumer<byte[], TooBig> found) {
        List<IcmpSocket> all = new ArrayList<>(sockets.values());
        try {
            while (running) {
                waiter.await(-1);
                for (IcmpSocket socket : all) {
                    look(socket, found);
                }
                LockSupport.parkNanos(PAUSE);
            }
        } catch (IOException e) {
            LOG.warn("ICMP errors are not passed on any more: {}", e.getMessage());
        }
    }

    private void look(IcmpSocket socket, BiConsumer<byte[], TooBig> found) throws IOException {
        for (int looked = 0; looked < MOST_IN_A_ROW; looked++) {
            Optional<byte[]> packet = socket.receive();
            sayWhatIsUnknown(socket);
            if (packet.isEmpty()) {
                return;
            }
            consider(packet.get(), found);
        }
    }

    private void sayWhatIsUnknown(IcmpSocket socket) {
        if (!saidUnknown && socket.unknown() > 0) {
            saidUnknown = true;
            LOG.warn("this kernel does not tell the hop limit of ICMP errors; those of IPv6 are not passed on");
        }
    }

    private void consider(byte[] packet, BiConsumer<byte[], TooBig> found) {
        Optional<TooBig> error = TooBig.read(packet).filter(this::concerns);
        if (error.isPresent() && budget.take(error.get(), System.nanoTime())) {
            found.accept(packet, error.get());
        }
    }

    /** Whether it is about what an edge has sent to a client; any thread's. */
    boolean concerns(TooBig error) {
        return ours.stream().anyMatch(path -> error.isFrom(path.high(), path.low(), port));
    }

    /**
     * Has the kernel go by one that came to another edge, and {@link #concerns} us; one thread's.
     *
     * @return whether the kernel has got it
     */
    boolean take(byte[] packet) {
        IcmpSocket socket = sockets.get(packet[0] >>> 4 == 4 ? Family.IPV4 : Family.IPV6);
        if (socket == null) {
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
        if (thread == null || hasEnded(thread)) {
            waiter.close();
            sockets.values().forEach(IcmpSocket::close);
        } else {
            LOG.warn("ICMP errors are still listened to");
        }
    }

    /** What its thread uses may not be freed before. */
    private static boolean hasEnded(Thread thread) {
        LockSupport.unpark(thread);
        try {
            return thread.join(Duration.ofMillis(JOIN_MILLIS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return !thread.isAlive();
        }
    }
}
