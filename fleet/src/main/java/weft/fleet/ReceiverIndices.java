package weft.fleet;

import java.util.Arrays;

/**
 * Receiver indices that say whose they are, to edges of the fleet and to nobody else. From the highest bit on:
 *
 * <pre>{@code  epoch (2) | P of: client id (24), slot (6) }</pre>
 *
 * <p>P is a {@link Permutation} under a key of the day. The epoch is the lowest two bits of the day's number, so an edge can
 * tell an index of yesterday, today or tomorrow (another edge's clock may be ahead), and one session's keys last three
 * minutes. The 64 slots of a client tell its sessions apart and, drawn at random, hide that they are one client's.
 *
 * <p>An index is the {@code int} that stands little-endian in a message. What {@link #open} yields is a hint: any number opens
 * to something.
 *
 * <p>Of one day: when {@link #isOver} says so, make the next one. Any thread may call; nothing is allocated.
 */
public final class ReceiverIndices implements AutoCloseable {
    public static final int CLIENT_ID_BITS = 24;
    public static final int SLOT_BITS = 6;

    /** Slots of each client. */
    public static final int SLOTS = 1 << SLOT_BITS;

    /** No index of yesterday, today or tomorrow. */
    public static final int UNKNOWN = -1;

    private static final int HALF = (CLIENT_ID_BITS + SLOT_BITS) / 2;
    private static final int PERMUTED_BITS = 2 * HALF;
    private static final int PERMUTED = (1 << PERMUTED_BITS) - 1;
    private static final int EPOCHS = 4;

    private final long day;
    private final Permutation yesterday;
    private final Permutation today;
    private final Permutation tomorrow;

    /** The indices of this day and its neighbours. */
    public ReceiverIndices(long day, FleetSecret secret, Prf prf) {
        this.day = day;
        yesterday = permutation(day - 1, secret, prf);
        today = permutation(day, secret, prf);
        tomorrow = permutation(day + 1, secret, prf);
    }

    private static Permutation permutation(long day, FleetSecret secret, Prf prf) {
        return new Permutation(sipHash(secret.derive(FleetSecret.Purpose.RECEIVER_INDEX, day, day, prf)), HALF);
    }

    /** Zeroes the bytes. */
    static SipHash sipHash(byte[] derived) {
        byte[] key = Arrays.copyOf(derived, SipHash.KEY_SIZE);
        Arrays.fill(derived, (byte) 0);
        try {
            return new SipHash(key);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    /** Whether this is another day's. */
    public boolean isOver(long unixNanos) {
        return FleetSecret.day(unixNanos) != day;
    }

    /**
     * Today's index of a client.
     *
     * @param clientId 24 bits
     * @param slot 0 to {@value #SLOTS} − 1
     * @throws IllegalArgumentException if one of them is out of its bounds
     */
    public int seal(int clientId, int slot) {
        if (clientId >>> CLIENT_ID_BITS != 0 || slot >>> SLOT_BITS != 0) {
            throw new IllegalArgumentException("a client id has 24 bits, a slot 6");
        }
        return (int) day << PERMUTED_BITS | today.permute(clientId << SLOT_BITS | slot);
    }

    /** The client id and, in the lowest 6 bits, the slot; or {@link #UNKNOWN}. */
    public int open(int index) {
        int ahead = (index >>> PERMUTED_BITS) - (int) day & (EPOCHS - 1);
        return switch (ahead) {
            case 0 -> today.invert(index & PERMUTED);
            case 1 -> tomorrow.invert(index & PERMUTED);
            case EPOCHS - 1 -> yesterday.invert(index & PERMUTED);
            default -> UNKNOWN;
        };
    }

    /** The client id of what {@link #open} yielded, unless it was {@link #UNKNOWN}. */
    public static int clientId(int opened) {
        return opened >>> SLOT_BITS;
    }

    public static int slot(int opened) {
        return opened & (SLOTS - 1);
    }

    /** Zeroes the keys. Whoever still opens an index meanwhile gets some number. */
    @Override
    public void close() {
        yesterday.close();
        today.close();
        tomorrow.close();
    }
}
