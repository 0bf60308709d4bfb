package weft.fleet;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Unsigned fields in network byte order, and the fields of the IP and UDP headers that edges read and write. */
final class Wire {
    /** IPv4 (RFC 791): version and length of the header, then the type of service. */
    static final int V4_FIRST = 0x4500;

    static final int V4_LENGTH = 2;
    static final int V4_FRAGMENT = 6;
    static final int V4_DONT_FRAGMENT = 0x4000;
    static final int V4_MORE_AND_OFFSET = 0x3fff;
    static final int V4_TTL = 8;
    static final int V4_PROTOCOL = 9;
    static final int V4_CHECKSUM = 10;
    static final int V4_SOURCE = 12;
    static final int V4_DESTINATION = 16;
    static final int V4 = 20;

    /** IPv6 (RFC 8200). */
    static final int V6_FIRST = 0x6000_0000;

    static final int V6_LENGTH = 4;
    static final int V6_NEXT = 6;
    static final int V6_HOP_LIMIT = 7;
    static final int V6_SOURCE = 8;
    static final int V6_DESTINATION = 24;
    static final int V6 = 40;

    /** UDP (RFC 768). */
    static final int UDP = 17;

    static final int UDP_DESTINATION = 2;
    static final int UDP_LENGTH = 4;
    static final int UDP_CHECKSUM = 6;
    static final int UDP_HEADER = 8;

    static final int V4_UDP = V4 + UDP_HEADER;
    static final int V6_UDP = V6 + UDP_HEADER;

    static final int TIME_TO_LIVE = 64;

    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private Wire() {}

    static int u8(MemorySegment bytes, long at) {
        return bytes.get(ValueLayout.JAVA_BYTE, at) & 0xff;
    }

    static void u8(MemorySegment bytes, long at, int value) {
        bytes.set(ValueLayout.JAVA_BYTE, at, (byte) value);
    }

    static int u16(MemorySegment bytes, long at) {
        return bytes.get(SHORT, at) & 0xffff;
    }

    static void u16(MemorySegment bytes, long at, int value) {
        bytes.set(SHORT, at, (short) value);
    }

    static int i32(MemorySegment bytes, long at) {
        return bytes.get(INT, at);
    }

    static void i32(MemorySegment bytes, long at, int value) {
        bytes.set(INT, at, value);
    }

    static long i64(MemorySegment bytes, long at) {
        return bytes.get(LONG, at);
    }

    static void i64(MemorySegment bytes, long at, long value) {
        bytes.set(LONG, at, value);
    }
}
