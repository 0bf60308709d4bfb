package weft.fleet;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Client id → the number of the edge that holds its session, as far as we know: ourselves, or one whose record we keep. One
 * thread writes, any may read, without locks or allocation; a reader may see the state of a moment ago.
 *
 * <p>Open addressing with linear probing, a slot being one long: the client id (never 0, so a slot of 0 is free) and the
 * holder. A removed entry leaves its client id behind with {@link #NOBODY}, so that a reader in mid-probe misses nothing;
 * growing and cleaning build a new array and publish that.
 */
public final class Holders {
    /** No member has this number. */
    public static final int NOBODY = 0;

    private static final int MIN_SLOTS = 64;

    private volatile AtomicLongArray slots = new AtomicLongArray(MIN_SLOTS);
    private int used;
    private int live;

    /** @return a member's number, or {@link #NOBODY} */
    public int get(int clientId) {
        AtomicLongArray current = slots;
        int mask = current.length() - 1;
        for (int i = home(clientId, mask); ; i = (i + 1) & mask) {
            long slot = current.getAcquire(i);
            if (slot == 0) {
                return NOBODY;
            }
            if (slot >>> 32 == clientId) {
                return (int) slot;
            }
        }
    }

    /**
     * @param clientId 1 to 2^24 − 1
     * @param holder {@link #NOBODY} to forget it
     */
    public void put(int clientId, int holder) {
        AtomicLongArray current = slots;
        int mask = current.length() - 1;
        int i = home(clientId, mask);
        long slot = current.getPlain(i);
        while (slot != 0 && slot >>> 32 != clientId) {
            i = (i + 1) & mask;
            slot = current.getPlain(i);
        }
        if (slot == 0 && holder == NOBODY) {
            return;
        }
        used += slot == 0 ? 1 : 0;
        live += (holder == NOBODY ? 0 : 1) - ((int) slot == NOBODY ? 0 : 1);
        current.setRelease(i, (long) clientId << 32 | Integer.toUnsignedLong(holder));
        if (2 * used > current.length()) {
            rebuild(current);
        }
    }

    private void rebuild(AtomicLongArray old) {
        int size = MIN_SLOTS;
        while (size < 4 * live) {
            size *= 2;
        }
        AtomicLongArray fresh = new AtomicLongArray(size);
        int mask = size - 1;
        for (int from = 0; from < old.length(); from++) {
            long slot = old.getPlain(from);
            if ((int) slot != NOBODY) {
                int i = home((int) (slot >>> 32), mask);
                while (fresh.getPlain(i) != 0) {
                    i = (i + 1) & mask;
                }
                fresh.setPlain(i, slot);
            }
        }
        used = live;
        slots = fresh;
    }

    private static int home(int clientId, int mask) {
        return ((clientId * 0x9E3779B9) >>> 8) & mask;
    }

    /** Client ids with a holder. */
    public int size() {
        return live;
    }
}
