package weft.edge;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at a file twice a second. When it is another one than before, and stays so from one look to the next (somebody may be
 * writing it), the listener is told. What the listener throws is logged, once as long as it is the same; what was read before stays in force, and the
 * file is read again every few seconds: it may only be its mode that is wrong, or something else that the listener needs.
 */
public final class FileWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FileWatch.class);
    private static final long PERIOD_MILLIS = 500;
    private static final int LOOKS_BETWEEN_TRIES = 6;

    /** Reads the file. */
    @FunctionalInterface
    public interface Listener {
        void changed() throws IOException;
    }

    /** What tells two states of a file apart; the key is the inode. */
    private record State(Optional<Object> key, FileTime modified, long size) {}

    private final Path file;
    private final Listener listener;
    private final ScheduledExecutorService timer;
    private Optional<State> read = Optional.empty();
    private Optional<State> seen;
    private Optional<String> complaint = Optional.empty();
    private int untilNextTry;

    /** @param listener told first of the file as it is now, which may be another one than its caller has read before */
    public FileWatch(Path file, Listener listener) {
        this.file = file;
        this.listener = listener;
        seen = state();
        timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofVirtual().name("file-watch").factory());
        var _ = timer.scheduleWithFixedDelay(this::look, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    private Optional<State> state() {
        try {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            return Optional.of(new State(Optional.ofNullable(now.fileKey()), now.lastModifiedTime(), now.size()));
        } catch (IOException absent) {
            return Optional.empty();
        }
    }

    private void look() {
        Optional<State> now = state();
        boolean settled = now.equals(seen);
        seen = now;
        if (!settled) {
            untilNextTry = 0;
        } else if (!now.equals(read) && untilNextTry-- <= 0) {
            tell(now);
        }
    }

    private void tell(Optional<State> now) {
        try {
            listener.changed();
            read = now;
            complaint = Optional.empty();
        } catch (IOException | RuntimeException wrong) {
            untilNextTry = LOOKS_BETWEEN_TRIES;
            Optional<String> why = Optional.of(String.valueOf(wrong.getMessage()));
            if (!why.equals(complaint)) {
                LOG.warn("{} has changed, but what it held before stays in force: {}", file, why.get());
            }
            complaint = why;
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
