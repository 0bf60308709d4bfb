package weft.wireguard;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** TAI64N stamps: 8 bytes of seconds since 2^62 before 1970 (TAI), 4 of nanoseconds, big-endian; they sort as bytes. */
final class Tai64n {
    private static final long BASE = 0x400000000000000aL;
    private static final long SECOND = 1_000_000_000L;

    private Tai64n() {}

    static byte[] of(long unixNanos) {
        long rounded = unixNanos & -Tuning.TIMESTAMP_GRAIN;
        return ByteBuffer.allocate(Spec.TIMESTAMP_SIZE)
                .putLong(BASE + Math.floorDiv(rounded, SECOND))
                .putInt((int) Math.floorMod(rounded, SECOND))
                .array();
    }

    /** The clock's stamp, or the next one after {@code greatest} if the clock is not past that. */
    static byte[] after(byte[] greatest, long unixNanos) {
        byte[] now = of(unixNanos);
        return isAfter(now, greatest) ? now : successor(greatest);
    }

    static boolean isAfter(byte[] stamp, byte[] other) {
        return Arrays.compareUnsigned(stamp, other) > 0;
    }

    private static byte[] successor(byte[] stamp) {
        ByteBuffer buffer = ByteBuffer.wrap(stamp.clone());
        int nanos = buffer.getInt(8) + 1;
        if (nanos < SECOND) {
            buffer.putInt(8, nanos);
        } else {
            buffer.putLong(0, buffer.getLong(0) + 1).putInt(8, 0);
        }
        return buffer.array();
    }
}
