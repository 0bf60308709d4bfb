package weft.fleet;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Counts what a thread allocates on the heap. */
final class Allocation {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int ATTEMPTS = 10;

    private Allocation() {}

    interface Task {
        void run() throws Exception;
    }

    /**
     * The least number of bytes that as many runs allocated, over some attempts: the first ones run interpreted, and the
     * compiler decides when it is done.
     */
    static long ofSteady(int runs, Task task) {
        long least = Long.MAX_VALUE;
        for (int attempt = 0; attempt < ATTEMPTS && least > 0; attempt++) {
            least = Math.min(least, of(runs, task));
        }
        return least;
    }

    /** Heap bytes that a live thread has allocated so far. */
    static long of(Thread thread) {
        return THREADS.getThreadAllocatedBytes(thread.threadId());
    }

    private static long of(int runs, Task task) {
        long thread = Thread.currentThread().threadId();
        long before = THREADS.getThreadAllocatedBytes(thread);
        for (int i = 0; i < runs; i++) {
            try {
                task.run();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
        return THREADS.getThreadAllocatedBytes(thread) - before;
    }
}
