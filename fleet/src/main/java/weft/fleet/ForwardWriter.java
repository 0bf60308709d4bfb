package weft.fleet;

import java.lang.foreign.MemorySegment;

/** Writes a {@link Forward}. */
final class ForwardWriter {
    private ForwardWriter() {}

    static int write(
            Forward forward, MemorySegment in, long at, int length, MemorySegment out, long outAt, SipHash key) {
        if (length < Forward.MIN_DATAGRAM || length > Forward.MAX_DATAGRAM) {
            return 0;
        }
        int header = Gue.headerLength(forward.hops());
        int headers = forward.isV4() ? Wire.V4_UDP : Wire.V6_UDP;
        gue(forward, out, outAt, header);
        privateData(forward, out, outAt);
        if (forward.isV4()) {
            v4(forward, out, outAt + header, length);
        } else {
            v6(forward, out, outAt + header, length);
        }
        MemorySegment.copy(in, at, out, outAt + header + headers, length);
        int tagAt = Gue.tagAt(forward.hops());
        Wire.i64(out, outAt + tagAt, Gue.tag(key, out, outAt, tagAt, headers));
        return header + headers + length;
    }

    /** What stands in front of one datagram stands in front of the next, but for the tag. */
    static int repeat(
            Forward forward,
            MemorySegment in,
            long at,
            int length,
            MemorySegment out,
            long first,
            long outAt,
            SipHash key) {
        int overhead = forward.overhead();
        MemorySegment.copy(out, first, out, outAt, overhead);
        MemorySegment.copy(in, at, out, outAt + overhead, length);
        long tag = key.reset().add(out, outAt + overhead, Gue.TAGGED).finish();
        Wire.i64(out, outAt + Gue.tagAt(forward.hops()), tag);
        return overhead + length;
    }

    private static void gue(Forward forward, MemorySegment out, long at, int header) {
        Wire.u8(out, at, (header - Gue.GUE) / 4);
        Wire.u8(out, at + Gue.PROTOCOL, forward.isV4() ? Gue.IPV4 : Gue.IPV6);
        Wire.u16(out, at + Gue.GUE_FLAGS, 0);
    }

    private static void privateData(Forward forward, MemorySegment out, long at) {
        int clientId = forward.clientId();
        Wire.u8(out, at + Gue.FORMAT, Gue.FORMAT_1);
        Wire.u8(
                out,
                at + Gue.FLAGS,
                (forward.takeIt() ? Gue.TAKE_IT : 0) | (clientId != 0 ? Gue.CLIENT_ID_PRESENT : 0));
        Wire.u8(out, at + Gue.HOP_COUNT, forward.hops());
        Wire.u8(out, at + Gue.POSITION, forward.position());
        Wire.i32(out, at + Gue.TABLE_EPOCH, forward.tableEpoch());
        Wire.i32(out, at + Gue.CLIENT_ID, clientId << 8 | (forward.hopLimit() & 0xff));
        for (int i = 0; i < forward.hops(); i++) {
            Wire.i32(out, at + Gue.HOPS + (long) i * Gue.HOP, forward.hop(i));
        }
    }

    private static void v4(Forward forward, MemorySegment out, long ip, int length) {
        int source = (int) forward.low();
        int destination = (int) forward.localLow();
        int total = Wire.V4_UDP + length;
        Wire.u16(out, ip, Wire.V4_FIRST);
        Wire.u16(out, ip + Wire.V4_LENGTH, total);
        Wire.i32(out, ip + Wire.V4_LENGTH + 2, Wire.V4_DONT_FRAGMENT);
        Wire.u8(out, ip + Wire.V4_TTL, Wire.TIME_TO_LIVE);
        Wire.u8(out, ip + Wire.V4_PROTOCOL, Wire.UDP);
        Wire.u16(out, ip + Wire.V4_CHECKSUM, v4Checksum(total, source, destination));
        Wire.i32(out, ip + Wire.V4_SOURCE, source);
        Wire.i32(out, ip + Wire.V4_DESTINATION, destination);
        udp(forward, out, ip + Wire.V4, length);
    }

    /** So that those who look at captures see a sound header; no edge reads it (RFC 1071). */
    private static int v4Checksum(int total, int source, int destination) {
        int sum = Wire.V4_FIRST + total + Wire.V4_DONT_FRAGMENT + (Wire.TIME_TO_LIVE << 8 | Wire.UDP);
        sum += (source >>> 16) + (source & 0xffff) + (destination >>> 16) + (destination & 0xffff);
        sum = (sum >>> 16) + (sum & 0xffff);
        sum += sum >>> 16;
        return ~sum & 0xffff;
    }

    private static void v6(Forward forward, MemorySegment out, long ip, int length) {
        Wire.i32(out, ip, Wire.V6_FIRST);
        Wire.u16(out, ip + Wire.V6_LENGTH, Wire.UDP_HEADER + length);
        Wire.u8(out, ip + Wire.V6_NEXT, Wire.UDP);
        Wire.u8(out, ip + Wire.V6_HOP_LIMIT, Wire.TIME_TO_LIVE);
        Wire.i64(out, ip + Wire.V6_SOURCE, forward.high());
        Wire.i64(out, ip + Wire.V6_SOURCE + 8, forward.low());
        Wire.i64(out, ip + Wire.V6_DESTINATION, forward.localHigh());
        Wire.i64(out, ip + Wire.V6_DESTINATION + 8, forward.localLow());
        udp(forward, out, ip + Wire.V6, length);
    }

    private static void udp(Forward forward, MemorySegment out, long udp, int length) {
        Wire.u16(out, udp, forward.port());
        Wire.u16(out, udp + Wire.UDP_DESTINATION, forward.localPort());
        Wire.u16(out, udp + Wire.UDP_LENGTH, Wire.UDP_HEADER + length);
        Wire.u16(out, udp + Wire.UDP_CHECKSUM, 0);
    }
}
