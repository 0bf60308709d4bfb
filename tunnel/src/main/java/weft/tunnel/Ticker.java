package weft.tunnel;

/** The monotonic clock of one tunnel, from 0 on, in nanoseconds. */
final class Ticker {
    private final long start = System.nanoTime();

    long now() {
        return System.nanoTime() - start;
    }
}
