package weft.cli;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import weft.edge.Edge;

/**
 * A server's time between {@code ready} and SIGTERM, SIGINT or its own failure. Closed last, so that the JVM waits until all
 * else has been put back.
 */
final class Lifetime implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 30;

    private final CompletableFuture<Throwable> over = new CompletableFuture<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean signalled;

    Lifetime() {
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("end").unstarted(this::signal));
    }

    private void signal() {
        end();
        try {
            if (!closed.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("weft: gave up waiting for the end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void endsWith(CompletableFuture<Throwable> failure) {
        var _ = failure.thenAccept(over::complete);
    }

    /** The first SIGTERM drains an edge that is one of several; the end comes when it is drained, or with the second. */
    void drains(Edge edge, Duration deadline) {
        Departure departure = new Departure(edge, deadline);
        Signals.onTerm(() -> departure.signalled(this::end));
    }

    private void end() {
        signalled = true;
        over.complete(new IllegalStateException("a signal"));
    }

    /** Says that it is ready, then waits for the end. */
    void await() {
        System.out.println("ready");
        System.out.flush();
        Throwable reason = over.join();
        if (!signalled) {
            throw new CommandException("it ended by itself: " + reason.getMessage() + "\nNext: weft doctor");
        }
    }

    /** Waits for the end, but no longer than this; true once it has come. */
    boolean isOverWithin(Duration patience) {
        try {
            over.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException goesOn) {
            return false;
        } catch (ExecutionException | InterruptedException ended) {
            return true;
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
