package weft.tunnel;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Why a tunnel has ended by itself, if it has: the first failure counts, what follows from it does not. */
final class Ending {
    private final AtomicReference<@Nullable Throwable> cause = new AtomicReference<>();

    /** @return whether this was the first */
    boolean because(Throwable failure) {
        return cause.compareAndSet(null, failure);
    }

    /** What is thrown at those who call a tunnel that is over. */
    IllegalStateException exception() {
        Throwable failure = cause.get();
        return failure == null
                ? new IllegalStateException("the tunnel is closed")
                : new IllegalStateException("the tunnel has ended by itself: " + failure.getMessage(), failure);
    }
}
