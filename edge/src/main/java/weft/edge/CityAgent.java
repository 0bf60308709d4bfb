package weft.edge;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import weft.fleet.Liveness;

/**
 * The thread that everything about the other edges happens on, so that nothing of it needs a lock. What outsiders can cause
 * is offered and may find the box full; what we decide ourselves is put.
 */
final class CityAgent implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CityAgent.class);
    private static final int MOST_OFFERED = 4096;
    private static final long JOIN_MILLIS = 2_000;

    private final LinkedBlockingQueue<Runnable> box = new LinkedBlockingQueue<>();
    private final AtomicInteger offered = new AtomicInteger();
    private final Thread thread;
    private volatile boolean running = true;

    /** @param beat runs every {@link Liveness#INTERVAL}; told the time in nanoseconds */
    CityAgent(String name, LongConsumer beat) {
        thread = Thread.ofPlatform().name(name).daemon(true).unstarted(() -> run(beat));
    }

    void start() {
        thread.start();
    }

    private void run(LongConsumer beat) {
        long next = System.nanoTime();
        while (running) {
            try {
                long now = System.nanoTime();
                if (now - next >= 0) {
                    next = Math.max(next + Liveness.INTERVAL, now + Liveness.INTERVAL / 2);
                    beat.accept(now);
                }
                Runnable task = box.poll(next - now, TimeUnit.NANOSECONDS);
                if (task != null) {
                    task.run();
                }
            } catch (InterruptedException ended) {
                return;
            } catch (RuntimeException e) {
                LOG.warn("the city's thread goes on after", e);
            }
        }
    }

    void put(Runnable task) {
        box.add(task);
    }

    /** @return false: too many wait already */
    boolean offer(Runnable task) {
        if (offered.get() >= MOST_OFFERED) {
            return false;
        }
        offered.incrementAndGet();
        box.add(() -> {
            offered.decrementAndGet();
            task.run();
        });
        return true;
    }

    /** What has been put before is done first. */
    @Override
    public void close() {
        put(() -> running = false);
        try {
            thread.join(JOIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
