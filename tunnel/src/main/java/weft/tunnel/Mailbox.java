package weft.tunnel;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Commands to an agent, from any thread, without locks. What an outsider can make us put in is offered and may find it
 * full; what we decide ourselves is put and never lost.
 */
final class Mailbox<T> {
    private final ConcurrentLinkedQueue<T> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger size = new AtomicInteger();
    private final int limit;
    private final Runnable wake;

    /** @param wake rouses the agent; called for the first command in an empty box only */
    Mailbox(int limit, Runnable wake) {
        this.limit = limit;
        this.wake = wake;
    }

    boolean offer(T command) {
        if (size.get() >= limit) {
            return false;
        }
        put(command);
        return true;
    }

    void put(T command) {
        queue.add(command);
        if (size.getAndIncrement() == 0) {
            wake.run();
        }
    }

    /** The agent's own thread only. */
    @Nullable
    T poll() {
        T command = size.get() == 0 ? null : queue.poll();
        if (command != null) {
            size.getAndDecrement();
        }
        return command;
    }

    boolean isEmpty() {
        return size.get() == 0;
    }
}
