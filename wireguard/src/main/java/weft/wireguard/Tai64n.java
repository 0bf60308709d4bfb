package weft.wireguard;

import java.nio.ByteBuffer;

/**
 * A TAI64N stamp, as initiations carry it (whitepaper, 5.4.2): 12 bytes, big-endian, which sort as times do. From outside
 * any value may come.
 *
 * @param seconds since 2^62 before 1970 (TAI), unsigned
 * @param nanos unsigned
 */
public record Tai64n(long seconds, int nanos) implements Comparable<Tai64n> {
    /** Before all others: no stamp has been seen yet. */
    public static final Tai64n NEVER = new Tai64n(0, 0);

    private static final long BASE = 0x400000000000000aL;
    private static final long SECOND = 1_000_000_000L;

    /** @param stamp of 12 bytes */
    static Tai64n of(byte[] stamp) {
        ByteBuffer buffer = ByteBuffer.wrap(stamp);
        return new Tai64n(buffer.getLong(), buffer.getInt());
    }

    /** Rounded down, see {@link Tuning#TIMESTAMP_GRAIN}. */
    static Tai64n ofUnix(long unixNanos) {
        long rounded = unixNanos & -Tuning.TIMESTAMP_GRAIN;
        return new Tai64n(BASE + Math.floorDiv(rounded, SECOND), (int) Math.floorMod(rounded, SECOND));
    }

    byte[] bytes() {
        return ByteBuffer.allocate(Spec.TIMESTAMP_SIZE)
                .putLong(seconds)
                .putInt(nanos)
                .array();
    }

    boolean isAfter(Tai64n other) {
        return compareTo(other) > 0;
    }

    Tai64n max(Tai64n other) {
        return isAfter(other) ? this : other;
    }

    /** The clock's stamp, or the next one after this if the clock is not past it. */
    Tai64n next(long unixNanos) {
        return ofUnix(unixNanos).max(successor());
    }

    private Tai64n successor() {
        return Integer.compareUnsigned(nanos, (int) SECOND - 1) < 0
                ? new Tai64n(seconds, nanos + 1)
                : new Tai64n(seconds + 1, 0);
    }

    @Override
    public int compareTo(Tai64n other) {
        int bySeconds = Long.compareUnsigned(seconds, other.seconds);
        return bySeconds != 0 ? bySeconds : Integer.compareUnsigned(nanos, other.nanos);
    }
}
