package weft.netio;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The Internet checksum (RFC 1071).
 *
 * <p>Sums are taken over little-endian words, eight bytes at a time, and turned round once at the end: a one's complement
 * sum does not depend on the byte order (RFC 1071 section 2(B)). A partial sum is a long that cannot overflow below
 * 2 GB of data, and is folded by {@link #fold}.
 */
final class Checksum {
    private static final ValueLayout.OfLong WORDS = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort WORD = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final long LOW = 0xffff_ffffL;

    private Checksum() {}

    /** Adds {@code length} bytes to a partial sum; they start at an even place of the whole. */
    static long sum(MemorySegment bytes, long at, int length, long partial) {
        long even = partial;
        long odd = 0;
        int i = 0;
        for (; i <= length - 32; i += 32) {
            long a = bytes.get(WORDS, at + i);
            long b = bytes.get(WORDS, at + i + 8);
            long c = bytes.get(WORDS, at + i + 16);
            long d = bytes.get(WORDS, at + i + 24);
            even += (a & LOW) + (b & LOW) + (c & LOW) + (d & LOW);
            odd += (a >>> 32) + (b >>> 32) + (c >>> 32) + (d >>> 32);
        }
        for (; i <= length - 2; i += 2) {
            even += bytes.get(WORD, at + i) & 0xffff;
        }
        if (i < length) {
            even += bytes.get(ValueLayout.JAVA_BYTE, at + i) & 0xff;
        }
        return even + odd;
    }

    /** The sum of the pseudo-header of the IP packet at {@code ip} (RFC 9293 section 3.1, RFC 8200 section 8.1). */
    static long pseudoHeader(MemorySegment bytes, long ip, int protocol, int length) {
        boolean v4 = Wire.version(bytes, ip) == 4;
        long addresses = v4 ? sum(bytes, ip + 12, 8, 0) : sum(bytes, ip + 8, 32, 0);
        return addresses + swap(protocol) + swap(length & 0xffff) + swap(length >>> 16);
    }

    /** Folds a partial sum to 16 bits, as they stand in a header, not yet complemented. */
    static int fold(long partial) {
        long sum = (partial & LOW) + (partial >>> 32);
        sum = (sum & 0xffff) + (sum >>> 16 & 0xffff) + (sum >>> 32);
        sum = (sum & 0xffff) + (sum >>> 16);
        sum = (sum & 0xffff) + (sum >>> 16);
        return (int) swap((int) sum);
    }

    /** The checksum field of a header over a partial sum. */
    static int finish(long partial) {
        return ~fold(partial) & 0xffff;
    }

    private static long swap(int word) {
        return Short.reverseBytes((short) word) & 0xffff;
    }
}
