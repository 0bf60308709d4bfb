package weft.wireguard;

/**
 * A number of things that may be had at once, and one more after each interval: a bucket of tokens, kept as the time until which
 * it has been paid for. One thread's.
 */
final class Budget {
    private final long interval;
    private final long burst;
    private long paid = Traffic.NEVER;

    /** @param interval in nanoseconds */
    Budget(int burst, long interval) {
        this.interval = interval;
        this.burst = burst * interval;
    }

    /** One thread's part of a budget that is divided among several. */
    static Budget part(int threads, int burst, long interval) {
        return new Budget(Math.max(1, burst / threads), interval * threads);
    }

    boolean take(long now) {
        long next = Math.max(paid, now - burst) + interval;
        if (next > now) {
            return false;
        }
        paid = next;
        return true;
    }
}
