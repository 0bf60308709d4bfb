package weft.wireguard;

import java.util.Arrays;

/**
 * A {@link Budget} for each source, an IPv4 address or the /64 of an IPv6 address, in a table of fixed size. Sources that share
 * a place share its budget; which ones do, nobody outside can tell or choose.
 */
final class SourceBudgets {
    private static final int PLACES_LOG2 = 14;

    private final long[] paid = new long[1 << PLACES_LOG2];
    private final long secret;
    private final long interval;
    private final long burst;

    /** @param interval in nanoseconds */
    SourceBudgets(long secret, int burst, long interval) {
        this.secret = secret;
        this.interval = interval;
        this.burst = burst * interval;
        Arrays.fill(paid, Traffic.NEVER);
    }

    /** @param high and {@code low}: the address as in an IPv6 header, IPv4 as IPv4-mapped IPv6 (RFC 4291, 2.5.5.2) */
    boolean take(long high, long low, long now) {
        int place = (int) (mix(high == 0 ? low : high, secret) >>> (Long.SIZE - PLACES_LOG2));
        long next = Math.max(paid[place], now - burst) + interval;
        if (next > now) {
            return false;
        }
        paid[place] = next;
        return true;
    }

    /** Two rounds of a multiplication whose upper half, where the secret is spread, is folded into the lower one. */
    static long mix(long source, long secret) {
        long mixed = (source ^ secret) * 0x9E3779B97F4A7C15L;
        return (mixed ^ (mixed >>> 32) ^ Long.rotateLeft(secret, 32)) * 0xD6E8FEB86659FD93L;
    }
}
