package weft.wireguard;

import org.jspecify.annotations.Nullable;

/**
 * Tells who tries again, as every WireGuard device does 5 s after a handshake message without an answer, from who never comes
 * back, as forged sources drawn at random do not. A source is an address and a port here. Each is remembered in one of 4 million
 * places of two bytes, by the second in which it was turned away and 8 bits of a keyed hash that tell it from others of that
 * place; who finds the place taken by another who may still come back is not remembered. The table (8 MB) comes into
 * being with the first that is turned away.
 *
 * <p>So of sources that a flood draws at random one in ten thousand looks like a second try, and what the flood costs others is
 * that their place is taken: with a hundred thousand sources a second it was for 13 of 100 newcomers, with a million for 59.
 * A flood that sends twice from each source, 5 s apart, looks like devices, and nothing here tells it from them.
 *
 * <p>From any thread, without order between them: if two write one place at once, one of the two sources is forgotten, as it
 * would be if the place had been taken.
 */
final class SecondTries {
    private static final int PLACES_LOG2 = 22;
    private static final long SECOND = 1_000_000_000L;

    /** REKEY_TIMEOUT with its jitter, as the difference of two times in whole seconds. */
    private static final int SOONEST = 5;

    private static final int LATEST = 6;

    /** Times are counted round in a byte; 0 is never. */
    private static final int ROUND = 255;

    private final long secret;
    private volatile short @Nullable [] turnedAway;

    SecondTries(long secret) {
        this.secret = secret;
    }

    /** Whether this source was turned away 5 s ago; in any case it is turned away now, and may try again in 5 s. */
    boolean isOne(long high, long low, int port, long now) {
        short[] table = table();
        long hash = hash(high, low, port);
        int place = (int) (hash >>> (Long.SIZE - PLACES_LOG2));
        int tag = (int) (hash >>> (Long.SIZE - PLACES_LOG2 - Byte.SIZE)) & 0xff;
        int time = 1 + (int) (now / SECOND % ROUND);

        int before = table[place];
        boolean never = (before & 0xff) == 0;
        int since = Math.floorMod(time - (before & 0xff), ROUND);
        boolean isSame = (before >>> Byte.SIZE & 0xff) == tag;
        if (!never && since < (isSame ? SOONEST : LATEST + 1)) {
            return false;
        }
        table[place] = (short) (tag << Byte.SIZE | time);
        return !never && isSame && since <= LATEST;
    }

    /** Mixed in between, for a sum of two of them is the same for many sources. */
    private long hash(long high, long low, int port) {
        return Allowances.mix(Allowances.mix(Allowances.mix(high, secret) ^ low, secret) ^ port, secret);
    }

    /** Two threads may make one each; then what was written to the one that is lost is forgotten. */
    private short[] table() {
        short[] table = turnedAway;
        if (table == null) {
            table = new short[1 << PLACES_LOG2];
            turnedAway = table;
        }
        return table;
    }
}
