package weft.fleet;

import org.jspecify.annotations.Nullable;

/**
 * How many {@link TooBig errors} are acted on: some at once and then so many a second, whoever they come from, for anybody can
 * forge them. The same news of one address is not acted on again within {@link #AGAIN}: a burst of packets that were all too
 * big leaves the budget to others. One thread's.
 */
public final class TooBigBudget {
    /** In nanoseconds. A copy may have been lost on its way, so not longer than a person waits. */
    static final long AGAIN = 2_000_000_000L;

    private static final long SECOND = 1_000_000_000L;
    private static final int PLACES_LOG2 = 8;

    private record Lately(long high, long low, long mtu, long at) {
        boolean isStill(TooBig error, long now) {
            return high == error.toHigh() && low == error.toLow() && mtu == error.mtu() && now - at < AGAIN;
        }
    }

    /** Two that share a place displace each other: then one is acted on more often, within the budget. */
    private final @Nullable Lately[] lately = new @Nullable Lately[1 << PLACES_LOG2];

    private final long interval;
    private final long most;
    private long credit;
    private long last;

    /** @param now in nanoseconds, as everywhere here */
    public TooBigBudget(int burst, int aSecond, long now) {
        interval = SECOND / aSecond;
        most = burst * interval;
        credit = most;
        last = now;
    }

    /** Whether this one is to be acted on. */
    public boolean take(TooBig error, long now) {
        int place = place(error);
        Lately before = lately[place];
        if (before != null && before.isStill(error, now)) {
            return false;
        }
        credit = Math.min(most, credit + (now - last));
        last = now;
        if (credit < interval) {
            return false;
        }
        credit -= interval;
        lately[place] = new Lately(error.toHigh(), error.toLow(), error.mtu(), now);
        return true;
    }

    private static int place(TooBig error) {
        long mixed = (error.toHigh() * 31 + error.toLow()) * 31 + error.mtu();
        return (int) ((mixed * 0x9E3779B97F4A7C15L) >>> (Long.SIZE - PLACES_LOG2));
    }
}
