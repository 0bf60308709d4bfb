package weft.wireguard;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * A {@link Budget} for each of any number of holders, in a table of fixed size (128 KB). Holders that share a place share its
 * budget; which ones do, nobody outside can tell or choose.
 *
 * <p>From any thread. When two take from one place in the same instant, only one of them may be counted: an allowance is a bound
 * on floods, and need not be exact.
 */
final class Allowances {
    private static final int PLACES_LOG2 = 14;
    private static final VarHandle PLACES = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] paid = new long[1 << PLACES_LOG2];
    private final long secret;
    private final long interval;
    private final long burst;

    /** @param interval in nanoseconds */
    Allowances(long secret, int burst, long interval) {
        this.secret = secret;
        this.interval = interval;
        this.burst = burst * interval;
        Arrays.fill(paid, Traffic.NEVER);
    }

    boolean take(long holder, long now) {
        int place = (int) (mix(holder, secret) >>> (Long.SIZE - PLACES_LOG2));
        long next = Math.max((long) PLACES.getOpaque(paid, place), now - burst) + interval;
        if (next > now) {
            return false;
        }
        PLACES.setOpaque(paid, place, next);
        return true;
    }

    /** Two rounds of a multiplication whose upper half, where the secret is spread, is folded into the lower one. */
    static long mix(long value, long secret) {
        long mixed = (value ^ secret) * 0x9E3779B97F4A7C15L;
        return (mixed ^ (mixed >>> 32) ^ Long.rotateLeft(secret, 32)) * 0xD6E8FEB86659FD93L;
    }
}
