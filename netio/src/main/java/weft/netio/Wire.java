package weft.netio;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Unsigned fields in network byte order, and the header offsets of IPv4, IPv6, TCP and UDP that netio needs. */
final class Wire {
    static final int TCP = 6;
    static final int UDP = 17;

    /** IPv4 (RFC 791). */
    static final int V4_HEADER = 20;

    static final int V4_TOTAL_LENGTH = 2;
    static final int V4_ID = 4;
    static final int V4_FRAGMENT = 6;
    static final int V4_PROTOCOL = 9;
    static final int V4_CHECKSUM = 10;
    static final int V4_DONT_FRAGMENT = 0x4000;

    /** IPv6 (RFC 8200). */
    static final int V6_HEADER = 40;

    static final int V6_PAYLOAD_LENGTH = 4;
    static final int V6_NEXT_HEADER = 6;

    /** TCP (RFC 9293). */
    static final int TCP_HEADER = 20;

    static final int TCP_SEQUENCE = 4;
    static final int TCP_DATA_OFFSET = 12;
    static final int TCP_FLAGS = 13;
    static final int TCP_CHECKSUM = 16;
    static final int FIN = 0x01;
    static final int PSH = 0x08;
    static final int ACK = 0x10;
    static final int ECE = 0x40;
    static final int CWR = 0x80;

    /** UDP (RFC 768). */
    static final int UDP_HEADER = 8;

    static final int UDP_LENGTH = 4;
    static final int UDP_CHECKSUM = 6;

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

    static int version(MemorySegment bytes, long ip) {
        return u8(bytes, ip) >>> 4;
    }

    static int v4HeaderLength(MemorySegment bytes, long ip) {
        return (u8(bytes, ip) & 0x0f) * 4;
    }

    static int tcpHeaderLength(MemorySegment bytes, long tcp) {
        return (u8(bytes, tcp + TCP_DATA_OFFSET) >>> 4) * 4;
    }

    static boolean equal(MemorySegment bytes, long a, long b, int length) {
        return MemorySegment.mismatch(bytes, a, a + length, bytes, b, b + length) < 0;
    }

    /** Writes the header checksum of the IPv4 packet at {@code ip}. */
    static void v4Checksum(MemorySegment bytes, long ip) {
        u16(bytes, ip + V4_CHECKSUM, 0);
        u16(bytes, ip + V4_CHECKSUM, Checksum.finish(Checksum.sum(bytes, ip, v4HeaderLength(bytes, ip), 0)));
    }
}
