package weft.registry;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import weft.api.DeviceChange;
import weft.api.DeviceChanges;
import weft.api.Problem;

/**
 * The last changes of devices, numbered, for whoever polls them. A poller whose number is of another run, or that has
 * fallen behind what is kept, is told that everything may have changed. Nothing is kept for a poller.
 */
final class Changes {
    private static final int KEPT = 4096;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private final ArrayDeque<DeviceChange> kept = new ArrayDeque<>();
    private final String run = UUID.randomUUID().toString();
    private long last;
    private boolean closed;

    /** To be called when the change is committed. */
    void publish(DeviceChange change) {
        lock.lock();
        try {
            if (kept.size() == KEPT) {
                kept.removeFirst();
            }
            kept.addLast(change);
            last++;
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** All since a number, waiting for one if there is none; an empty list after the wait. */
    DeviceChanges since(String ofRun, long number, Duration wait) throws InterruptedException {
        lock.lock();
        try {
            if (!ofRun.equals(run) || number > last || number < last - kept.size()) {
                return new DeviceChanges(run, last, List.of(new DeviceChange.Everything()));
            }
            long nanos = wait.toNanos();
            while (number == last && nanos > 0 && !closed) {
                nanos = news.awaitNanos(nanos);
            }
            if (closed) {
                throw new Refusal(Problem.ENDING, "the registry is ending");
            }
            if (number < last - kept.size()) {
                return new DeviceChanges(run, last, List.of(new DeviceChange.Everything()));
            }
            int skip = kept.size() - (int) (last - number);
            return new DeviceChanges(run, last, new ArrayList<>(kept).subList(skip, kept.size()));
        } finally {
            lock.unlock();
        }
    }

    /** Refuses all who wait, and all who come: without that they would ask again at once, into a server that is closing. */
    void close() {
        lock.lock();
        try {
            closed = true;
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
