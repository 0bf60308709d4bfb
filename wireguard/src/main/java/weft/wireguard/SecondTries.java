package weft.wireguard;

import org.jspecify.annotations.Nullable;

/**
 * Tells who tries again, as every WireGuard device does 5 s after a handshake message without an answer, from who never comes
 * back, as forged sources drawn at random do not. A source is an address and a port here; one byte for each of 8 million
 * places remembers when a source was turned away, in seconds. It comes into being with the first that is.
 *
 * <p>A hundred thousand forged sources a second make 4 of 100 places look like a second try. One thread's.
 */
final class SecondTries {
    private static final int PLACES_LOG2 = 23;
    private static final long SECOND = 1_000_000_000L;

    /** REKEY_TIMEOUT with its jitter, as the difference of two times in whole seconds. */
    private static final int SOONEST = 5;

    private static final int LATEST = 6;

    /** Times are counted round in a byte; 0 is never. */
    private static final int ROUND = 255;

    private final long secret;
    private byte @Nullable [] turnedAway;

    SecondTries(long secret) {
        this.secret = secret;
    }

    /** Whether this source was turned away 5 s ago; in any case it is turned away now, and may try again in 5 s. */
    boolean isOne(long high, long low, int port, long now) {
        byte[] table = turnedAway;
        if (table == null) {
            table = new byte[1 << PLACES_LOG2];
            turnedAway = table;
        }
        int place = (int)
                (SourceBudgets.mix(SourceBudgets.mix(high ^ port, secret) ^ low, secret) >>> (Long.SIZE - PLACES_LOG2));
        int time = 1 + (int) (now / SECOND % ROUND);
        int before = table[place] & 0xff;
        int since = Math.floorMod(time - before, ROUND);
        if (before != 0 && since < SOONEST) {
            return false;
        }
        table[place] = (byte) time;
        return before != 0 && since <= LATEST;
    }
}
