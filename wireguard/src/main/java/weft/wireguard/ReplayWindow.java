package weft.wireguard;

import java.util.Arrays;

/**
 * Which counters have been seen (RFC 6479): a ring of 64-bit words that moves on word by word, so that no shift is ever
 * needed. It remembers at least the last 8192 counters. Packets that are older are refused.
 */
final class ReplayWindow {
    private static final int WORDS = Tuning.REPLAY_WINDOW / 64 + 1;

    private final long[] ring = new long[WORDS];
    private long greatestWord;

    /** Whether a counter (unsigned) is new. Costs nothing to ask before the packet is proven genuine. */
    boolean isFresh(long counter) {
        long word = counter >>> 6;
        if (word > greatestWord) {
            return true;
        }
        return greatestWord - word < WORDS && (ring[slot(word)] & bit(counter)) == 0;
    }

    /** Marks the counter of a genuine packet. */
    void mark(long counter) {
        long word = counter >>> 6;
        if (word > greatestWord) {
            advance(word);
        }
        ring[slot(word)] |= bit(counter);
    }

    private void advance(long word) {
        if (word - greatestWord >= WORDS) {
            Arrays.fill(ring, 0);
        } else {
            for (long next = greatestWord + 1; next <= word; next++) {
                ring[slot(next)] = 0;
            }
        }
        greatestWord = word;
    }

    private static int slot(long word) {
        return (int) (word % WORDS);
    }

    private static long bit(long counter) {
        return 1L << (counter & 63);
    }
}
