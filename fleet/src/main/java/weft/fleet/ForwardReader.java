package weft.fleet;

import java.lang.foreign.MemorySegment;
import weft.fleet.Forward.Verdict;

/**
 * Reads a {@link Forward}: lengths first, so that the tag can be found, then the tag, and what it vouches for last. A tag is
 * a word, so comparing two takes no longer for a better guess.
 */
final class ForwardReader {
    private static final long MAPPED = 0xffffL << 32;

    /** WireGuard's transport data: the type, and where the receiver index stands, little-endian. */
    private static final int TRANSPORT = 4;

    private static final int RECEIVER = 4;

    private ForwardReader() {}

    static Verdict read(Forward forward, MemorySegment in, long at, int length, TagKeys keys) {
        Verdict shape = shape(in, at, length);
        if (shape != Verdict.GENUINE) {
            return shape;
        }
        boolean v4 = Wire.u8(in, at + Gue.PROTOCOL) == Gue.IPV4;
        int headers = v4 ? Wire.V4_UDP : Wire.V6_UDP;
        int hops = Wire.u8(in, at + Gue.HOP_COUNT);
        if (!isTagged(in, at, Gue.tagAt(hops), headers, keys)) {
            return Verdict.TAG;
        }
        privateData(forward, in, at, hops);
        long ip = at + Gue.headerLength(hops);
        int rest = length - Gue.headerLength(hops);
        if (!(v4 ? v4(forward, in, ip, rest) : v6(forward, in, ip, rest))) {
            return Verdict.INNER;
        }
        forward.datagram(ip + headers, rest - headers);
        return forward.hopLimit() == 0 ? Verdict.HOP_LIMIT : Verdict.GENUINE;
    }

    /** See {@link Forward#receiver}. */
    static long receiver(MemorySegment in, long at, int length) {
        if (shape(in, at, length) != Verdict.GENUINE) {
            return -1;
        }
        int headers = Wire.u8(in, at + Gue.PROTOCOL) == Gue.IPV4 ? Wire.V4_UDP : Wire.V6_UDP;
        long datagram = at + Gue.headerLength(Wire.u8(in, at + Gue.HOP_COUNT)) + headers;
        return Wire.u8(in, datagram) == TRANSPORT
                ? Integer.toUnsignedLong(Integer.reverseBytes(Wire.i32(in, datagram + RECEIVER)))
                : -1;
    }

    /** Whether everything is where the tag's place is reckoned from. */
    private static Verdict shape(MemorySegment in, long at, int length) {
        if (length < Gue.HOPS) {
            return Verdict.LENGTH;
        }
        int first = Wire.u8(in, at);
        if (first >>> Gue.VARIANT_SHIFT != 0) {
            return Verdict.VERSION;
        }
        int protocol = Wire.u8(in, at + Gue.PROTOCOL);
        if ((first & Gue.CONTROL) != 0
                || (protocol != Gue.IPV4 && protocol != Gue.IPV6)
                || Wire.u16(in, at + Gue.GUE_FLAGS) != 0) {
            return Verdict.FORMAT;
        }
        if (Wire.u8(in, at + Gue.FORMAT) != Gue.FORMAT_1) {
            return Verdict.VERSION;
        }
        int hops = Wire.u8(in, at + Gue.HOP_COUNT);
        if (hops < 1 || hops > Forward.MAX_HOPS || !isConsistent(in, at, hops)) {
            return Verdict.FORMAT;
        }
        int header = Gue.headerLength(hops);
        int least = header + (protocol == Gue.IPV4 ? Wire.V4_UDP : Wire.V6_UDP) + Forward.MIN_DATAGRAM;
        return Gue.GUE + (first & Gue.HLEN) * 4 == header && length >= least ? Verdict.GENUINE : Verdict.LENGTH;
    }

    private static boolean isConsistent(MemorySegment in, long at, int hops) {
        int flags = Wire.u8(in, at + Gue.FLAGS);
        int position = Wire.u8(in, at + Gue.POSITION);
        boolean hasId = Wire.i32(in, at + Gue.CLIENT_ID) >>> 8 != 0;
        return (flags & ~(Gue.TAKE_IT | Gue.CLIENT_ID_PRESENT)) == 0
                && hasId == ((flags & Gue.CLIENT_ID_PRESENT) != 0)
                && (position == hops) == ((flags & Gue.TAKE_IT) != 0)
                && position <= hops;
    }

    private static boolean isTagged(MemorySegment in, long at, int tagAt, int headers, TagKeys keys) {
        long tag = Wire.i64(in, at + tagAt);
        for (int i = 0; i < keys.count(); i++) {
            if (Gue.tag(keys.key(i), in, at, tagAt, headers) == tag) {
                return true;
            }
        }
        return false;
    }

    private static void privateData(Forward forward, MemorySegment in, long at, int hops) {
        int idAndLimit = Wire.i32(in, at + Gue.CLIENT_ID);
        forward.begin(Wire.i32(in, at + Gue.TABLE_EPOCH), idAndLimit & 0xff).clientId(idAndLimit >>> 8);
        for (int i = 0; i < hops; i++) {
            forward.addHop(Wire.i32(in, at + Gue.HOPS + (long) i * Gue.HOP));
        }
        forward.resume(Wire.u8(in, at + Gue.POSITION), (Wire.u8(in, at + Gue.FLAGS) & Gue.TAKE_IT) != 0);
    }

    private static boolean v4(Forward forward, MemorySegment in, long ip, int length) {
        long source = Wire.i32(in, ip + Wire.V4_SOURCE) & 0xffff_ffffL;
        long destination = Wire.i32(in, ip + Wire.V4_DESTINATION) & 0xffff_ffffL;
        return Wire.u16(in, ip) == Wire.V4_FIRST
                && Wire.u16(in, ip + Wire.V4_LENGTH) == length
                && (Wire.u16(in, ip + Wire.V4_FRAGMENT) & Wire.V4_MORE_AND_OFFSET) == 0
                && Wire.u8(in, ip + Wire.V4_PROTOCOL) == Wire.UDP
                && isUdp(in, ip + Wire.V4, length - Wire.V4)
                && path(forward, in, ip + Wire.V4, 0, MAPPED | source, 0, MAPPED | destination);
    }

    private static boolean v6(Forward forward, MemorySegment in, long ip, int length) {
        return Wire.i32(in, ip) == Wire.V6_FIRST
                && Wire.u16(in, ip + Wire.V6_LENGTH) == length - Wire.V6
                && Wire.u8(in, ip + Wire.V6_NEXT) == Wire.UDP
                && isUdp(in, ip + Wire.V6, length - Wire.V6)
                && path(
                        forward,
                        in,
                        ip + Wire.V6,
                        Wire.i64(in, ip + Wire.V6_SOURCE),
                        Wire.i64(in, ip + Wire.V6_SOURCE + 8),
                        Wire.i64(in, ip + Wire.V6_DESTINATION),
                        Wire.i64(in, ip + Wire.V6_DESTINATION + 8))
                && !forward.isV4();
    }

    private static boolean isUdp(MemorySegment in, long udp, int length) {
        return Wire.u16(in, udp + Wire.UDP_LENGTH) == length && Wire.u16(in, udp + Wire.UDP_CHECKSUM) == 0;
    }

    private static boolean path(
            Forward forward, MemorySegment in, long udp, long high, long low, long localHigh, long localLow) {
        int port = Wire.u16(in, udp);
        int localPort = Wire.u16(in, udp + Wire.UDP_DESTINATION);
        return forward.path(high, low, port, localHigh, localLow, localPort);
    }
}
