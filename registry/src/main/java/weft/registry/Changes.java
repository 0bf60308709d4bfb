package weft.registry;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import weft.api.DeviceChange;
import weft.api.DeviceChanges;
import weft.api.Problem;

/**
 * The end of the {@link Journal} in memory, for whoever polls for changes. A poller whose number is of another run, or
 * that has fallen behind what is kept, is told that everything may have changed. Nothing is kept for a poller.
 */
final class Changes {
    /** How many changes are kept, here and in the database. */
    static final int KEPT = 4096;

    /** How long a poller may be ahead, because another registry read the journal earlier. */
    private static final Duration LAG = Duration.ofSeconds(2);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private final ArrayDeque<DeviceChange> kept = new ArrayDeque<>();
    private String run = "";
    private long last;
    private boolean closed;

    /** The run of {@link #last}; empty before the first {@link #load}. */
    String run() {
        lock.lock();
        try {
            return run;
        } finally {
            lock.unlock();
        }
    }

    /** The number of the last change known here. */
    long last() {
        lock.lock();
        try {
            return last;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes in what followed the last change.
     *
     * @param page from that last change on, and with it
     * @return false, and nothing taken, if the page is not a sequel: of another run, or of another past (a database that
     *     was restored, or a standby that had not heard everything), or beyond a gap
     */
    boolean append(Journal.Page page) {
        lock.lock();
        try {
            if (!continues(page)) {
                return false;
            }
            for (Journal.Entry entry : page.entries()) {
                if (entry.number() > last) {
                    keep(entry);
                    news.signalAll();
                }
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private boolean continues(Journal.Page page) {
        if (run.isEmpty() || !run.equals(page.run())) {
            return false;
        }
        if (kept.isEmpty()) {
            return page.newest() == page.entries().size();
        }
        return !page.entries().isEmpty() && page.entries().getFirst().equals(new Journal.Entry(last, kept.getLast()));
    }

    private void keep(Journal.Entry entry) {
        if (kept.size() == KEPT) {
            kept.removeFirst();
        }
        kept.addLast(entry.change());
        last = entry.number();
    }

    /** Begins anew with all that the journal holds. */
    void load(Journal.Page page) {
        lock.lock();
        try {
            kept.clear();
            run = page.run();
            last = page.newest();
            page.entries().forEach(this::keep);
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** All since a number, waiting for one if there is none; an empty list after the wait. */
    DeviceChanges since(String ofRun, long number, Duration wait) throws InterruptedException {
        lock.lock();
        try {
            long nanos = number > last ? Math.min(wait.toNanos(), LAG.toNanos()) : wait.toNanos();
            while (ofRun.equals(run) && number >= last && nanos > 0 && !closed) {
                nanos = news.awaitNanos(nanos);
            }
            if (closed) {
                throw new Refusal(Problem.ENDING, "the registry is ending");
            }
            if (!isKnown(ofRun, number)) {
                return new DeviceChanges(run, last, List.of(new DeviceChange.Everything()));
            }
            int skip = kept.size() - (int) (last - number);
            return new DeviceChanges(run, last, new ArrayList<>(kept).subList(skip, kept.size()));
        } finally {
            lock.unlock();
        }
    }

    private boolean isKnown(String ofRun, long number) {
        return ofRun.equals(run) && number <= last && number >= last - kept.size();
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
