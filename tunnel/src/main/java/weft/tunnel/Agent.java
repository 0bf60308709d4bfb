package weft.tunnel;

import java.io.IOException;

/** One thread's share of the work, in small pieces (the duty cycle of Aeron's agents). */
interface Agent extends AutoCloseable {
    String name();

    /** Does what there is to do without waiting; 0 if there was nothing. */
    int doWork() throws IOException;

    /** Waits until there may be something to do, or until {@link #wake}. */
    void await() throws IOException;

    /** From any thread. A wake that comes before {@link #await} ends that one at once. */
    void wake();

    /** Frees what the agent holds; called by its own thread when it is done. */
    @Override
    void close();
}
