package weft.netio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Two namespaces, each with a TUN, and a pipe between the two: what the kernel sends into one comes out of the other.
 * 10.9.0.1 and fd09::1 are in the first, .2 and ::2 in the second.
 */
final class TunPair implements AutoCloseable {
    private static final long TICK = 100_000_000L;

    final Path first;
    final Path second;
    final Tun firstTun;
    final Tun secondTun;
    private final Thread there;
    private final Thread back;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private volatile boolean stopped;

    interface Task {
        void run(TunPair pair) throws Exception;
    }

    private TunPair(Path first, Tun firstTun, Path second, Tun secondTun) {
        this.first = first;
        this.second = second;
        this.firstTun = firstTun;
        this.secondTun = secondTun;
        there = Thread.ofPlatform().name("there").start(() -> pipe(firstTun, secondTun));
        back = Thread.ofPlatform().name("back").start(() -> pipe(secondTun, firstTun));
    }

    static void with(boolean offload, Task task) throws Exception {
        TestNamespace.inNew(() -> {
            Path first = Namespaces.ofThisThread();
            try (Tun firstTun = device(offload, 1)) {
                TestNamespace.inNew(() -> {
                    try (Tun secondTun = device(offload, 2);
                            TunPair pair = new TunPair(first, firstTun, Namespaces.ofThisThread(), secondTun)) {
                        task.run(pair);
                    }
                });
            }
        });
    }

    private static Tun device(boolean offload, int host) throws Exception {
        Tun tun = Tun.open("weft%d", offload);
        TestNamespace.run("ip address add 10.9.0." + host + "/24 dev " + tun.name());
        TestNamespace.run("ip address add fd09::" + host + "/64 dev " + tun.name() + " nodad");
        TestNamespace.run("ip link set " + tun.name() + " mtu 1420 up");
        return tun;
    }

    private void pipe(Tun from, Tun to) {
        try (Waiter waiter = new Waiter()) {
            waiter.add(from.fd());
            TunReader reader = new TunReader(from);
            TunWriter writer = new TunWriter(to);
            while (!stopped) {
                if (!forward(reader, writer)) {
                    waiter.await(TICK);
                }
            }
        } catch (Throwable e) {
            failure.compareAndSet(null, e);
        }
    }

    /** Moves what waits; false: nothing did. */
    static boolean forward(TunReader reader, TunWriter writer) throws IOException {
        if (!reader.read()) {
            writer.flush();
            return false;
        }
        while (reader.next()) {
            long at = writer.reserve(reader.length() + Segmenter.PADDING);
            MemorySegment.copy(reader.buffer(), reader.at(), writer.buffer(), at, reader.length());
            writer.commit(reader.length());
        }
        return true;
    }

    /** Heap bytes that both pipes have allocated so far. */
    long allocated() {
        return Allocation.of(there) + Allocation.of(back);
    }

    /** CPU time that both pipes have used so far. */
    long cpuNanos() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return threads.getThreadCpuTime(there.threadId()) + threads.getThreadCpuTime(back.threadId());
    }

    @Override
    public void close() {
        stopped = true;
        try {
            there.join();
            back.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        assertThat(failure.get()).isNull();
    }
}
