package weft.registry;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import weft.api.DeviceChange;

/**
 * Carries changes from the transaction that makes them to the edges of every registry on the database.
 *
 * <p>A change is a row of the {@link Journal}, written by the very transaction, so there is one if and only if the other
 * is. Each registry reads the journal on, from the last number that it knows: after its own commits at once, and where
 * others write too, four times a second. Reading is all there is to it: a notification could be lost with its connection
 * and would have to be followed by the same reading, so there is none. Whatever happens to a connection or to the
 * database, the number stays, and reading goes on from it. Only if the journal no longer has that very change are the
 * edges told that everything may have changed.
 *
 * <p>The connection is not the pool's: it is there when all of those are busy, and a pool that met a dead database would
 * come back more slowly than an edge may wait.
 */
final class ChangeFeed implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ChangeFeed.class);
    private static final Duration POLL = Duration.ofMillis(250);
    private static final Duration NO_POLL = Duration.ofHours(1);
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final Database database;
    private final Changes changes;
    private final Semaphore committed = new Semaphore(0);
    private final Thread reader;
    private volatile boolean closed;

    /** Reads what there is. */
    ChangeFeed(Database database, Changes changes) {
        this.database = database;
        this.changes = changes;
        this.reader = Thread.ofVirtual().name("change-feed").unstarted(this::run);
        try (Handle handle = database.own()) {
            read(handle);
        }
    }

    void start() {
        reader.start();
    }

    /** As the last thing that a transaction does. */
    void publish(Handle handle, DeviceChange change) {
        Journal.add(handle, change);
        handle.afterCommit(committed::release);
    }

    private void run() {
        boolean away = false;
        while (!closed) {
            try (Handle handle = database.own()) {
                while (!closed) {
                    read(handle);
                    if (away) {
                        LOG.info("the database answers again; no change was lost");
                        away = false;
                    }
                    await(database.isShared() ? POLL : NO_POLL);
                }
            } catch (RuntimeException e) {
                if (!away && !closed) {
                    LOG.warn("the database does not answer ({}); edges hear of changes when it does", name(e));
                    away = true;
                }
                await(POLL);
            }
        }
    }

    private void read(Handle handle) {
        Journal.Page page = Journal.from(handle, changes.last());
        if (!changes.append(page)) {
            if (page.run().equals(changes.run())) {
                Journal.rename(handle, page.run());
            }
            changes.load(Journal.from(handle, 0));
        }
    }

    private void await(Duration time) {
        try {
            if (committed.tryAcquire(time.toNanos(), TimeUnit.NANOSECONDS)) {
                committed.drainPermits();
            }
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    /** Without its message, which may quote rows. */
    private static String name(Throwable failure) {
        Throwable cause = failure.getCause();
        return cause == null ? failure.getClass().getSimpleName() : name(cause);
    }

    @Override
    public void close() {
        closed = true;
        if (!reader.isAlive()) {
            return; // it never started
        }
        reader.interrupt();
        try {
            reader.join(GRACE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
