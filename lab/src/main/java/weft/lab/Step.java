package weft.lab;

import java.time.Duration;

/**
 * One thing that the demo shows.
 *
 * @param name a word for programs
 * @param shows a sentence for people
 */
record Step(String name, String shows, Action action) {
    /** Does it; throws a {@link LabException} when it does not hold. */
    @FunctionalInterface
    interface Action {
        void run(Figures figures);
    }

    /** Takes what was measured, as it is measured. */
    @FunctionalInterface
    interface Figures {
        /** @param name in the form {@code longest_stall_ms}, with its unit */
        void put(String name, Object value);
    }

    static void demand(boolean held, String otherwise) {
        if (!held) {
            throw new LabException(otherwise);
        }
    }

    static long millisSince(long nanoTime) {
        return Duration.ofNanos(System.nanoTime() - nanoTime).toMillis();
    }
}
