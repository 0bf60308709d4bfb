package weft.api;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/**
 * Asks for changes again and again, on a virtual thread, and tells a listener. It begins with no number, so the first
 * answer is that everything may have changed; a registry that was away answers the same. After a failure it waits, from
 * a tenth of a second to five, and begins anew.
 */
public final class ChangePoller implements DeviceDirectory.Watch {
    /** How long a registry keeps a poll without news open. */
    public static final Duration WAIT = Duration.ofSeconds(25);

    private static final Logger LOG = System.getLogger(ChangePoller.class.getName());
    private static final long MIN_BACK_OFF_MILLIS = 100;
    private static final long MAX_BACK_OFF_MILLIS = 5_000;

    private final Source source;
    private final Consumer<DeviceChange> listener;
    private final Thread thread;
    private volatile boolean closed;
    private boolean away;

    private ChangePoller(Source source, Consumer<DeviceChange> listener) {
        this.source = source;
        this.listener = listener;
        this.thread = Thread.ofVirtual().name("device-changes").unstarted(this::run);
    }

    /** Where changes come from. */
    @FunctionalInterface
    public interface Source {
        /** Changes of that run after that number; blocks up to {@link #WAIT} for one. */
        DeviceChanges poll(String run, long last) throws IOException, InterruptedException;
    }

    public static ChangePoller start(Source source, Consumer<DeviceChange> listener) {
        ChangePoller poller = new ChangePoller(source, listener);
        poller.thread.start();
        return poller;
    }

    private void run() {
        String run = "";
        long last = 0;
        long backOff = MIN_BACK_OFF_MILLIS;
        while (!closed) {
            try {
                DeviceChanges news = source.poll(run, last);
                run = news.run();
                last = news.last();
                backOff = MIN_BACK_OFF_MILLIS;
                answered();
                news.changes().forEach(this::tell);
            } catch (IOException | RuntimeException e) {
                failed(e);
                run = "";
                backOff = sleep(backOff);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void answered() {
        if (away) {
            away = false;
            LOG.log(Level.INFO, "the registry tells of changes again");
        }
    }

    /** Said once for each time that it is away. */
    private void failed(Exception e) {
        if (!away && !closed) {
            away = true;
            LOG.log(
                    Level.WARNING,
                    "the registry tells of no changes; what is known of devices holds until it does: {0}",
                    e.getMessage());
        }
    }

    /** Half of the wait is random, so that a fleet does not come back in step. */
    private long sleep(long backOff) {
        try {
            Thread.sleep(backOff / 2 + ThreadLocalRandom.current().nextLong(backOff / 2 + 1));
        } catch (InterruptedException e) {
            closed = true;
        }
        return Math.min(MAX_BACK_OFF_MILLIS, backOff * 2);
    }

    private void tell(DeviceChange change) {
        if (closed) {
            return;
        }
        try {
            listener.accept(change);
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "a listener of device changes failed", e);
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
