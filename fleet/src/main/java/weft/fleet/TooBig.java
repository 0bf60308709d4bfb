package weft.fleet;

import java.lang.foreign.MemorySegment;

/**
 * Knows ICMP errors that say that a UDP datagram of ours did not fit a link: "fragmentation needed" (RFC 1191) and "packet too
 * big" (RFC 4443, section 3.2).
 */
public final class TooBig {
    private static final int ICMP = 1;
    private static final int ICMPV6 = 58;
    private static final int FRAGMENT = 44;
    private static final int FRAGMENT_HEADER = 8;
    private static final int UNREACHABLE = 3;
    private static final int FRAGMENTATION_NEEDED = 4;
    private static final int PACKET_TOO_BIG = 2;
    private static final int ICMP_HEADER = 8;
    private static final int PORT = 2;
    private static final int V6_OFFSET = 0xfff8;

    private TooBig() {}

    /**
     * @param packet from the IP header on; anything may be in it
     * @param high and {@code low}: our address as in an IPv6 header, IPv4 as IPv4-mapped IPv6 (RFC 4291, 2.5.5.2)
     * @return whether it came to that address, about a datagram from there and that port
     */
    public static boolean concerns(byte[] packet, long high, long low, int port) {
        MemorySegment in = MemorySegment.ofArray(packet);
        if (packet.length == 0) {
            return false;
        }
        return switch (Wire.u8(in, 0) >>> 4) {
            case 4 -> high == 0 && low >>> 32 == 0xffff && concernsV4(in, packet.length, (int) low, port);
            case 6 -> concernsV6(in, packet.length, high, low, port);
            default -> false;
        };
    }

    private static boolean concernsV4(MemorySegment in, int length, int address, int port) {
        if (length < Wire.V4
                || Wire.u8(in, Wire.V4_PROTOCOL) != ICMP
                || (Wire.u16(in, Wire.V4_FRAGMENT) & Wire.V4_MORE_AND_OFFSET) != 0
                || Wire.i32(in, Wire.V4_DESTINATION) != address) {
            return false;
        }
        int icmp = headerLength(in, 0);
        int ip = icmp + ICMP_HEADER;
        if (length < ip + Wire.V4
                || Wire.u8(in, icmp) != UNREACHABLE
                || Wire.u8(in, icmp + 1) != FRAGMENTATION_NEEDED
                || Wire.u8(in, ip) >>> 4 != 4) {
            return false;
        }
        int udp = ip + headerLength(in, ip);
        return Wire.u8(in, ip + Wire.V4_PROTOCOL) == Wire.UDP
                && Wire.i32(in, ip + Wire.V4_SOURCE) == address
                && length >= udp + PORT
                && Wire.u16(in, udp) == port;
    }

    private static int headerLength(MemorySegment in, int ip) {
        return Math.max(Wire.V4, 4 * (Wire.u8(in, ip) & 0x0f));
    }

    /** The datagram may have been cut by us already: then its first fragment has the port. */
    private static boolean concernsV6(MemorySegment in, int length, long high, long low, int port) {
        int ip = Wire.V6 + ICMP_HEADER;
        if (length < ip + Wire.V6 + PORT
                || Wire.u8(in, Wire.V6_NEXT) != ICMPV6
                || Wire.u8(in, Wire.V6) != PACKET_TOO_BIG
                || !isAt(in, Wire.V6_DESTINATION, high, low)
                || Wire.u8(in, ip) >>> 4 != 6
                || !isAt(in, ip + Wire.V6_SOURCE, high, low)) {
            return false;
        }
        int next = Wire.u8(in, ip + Wire.V6_NEXT);
        int udp = ip + Wire.V6;
        if (next == FRAGMENT && length >= udp + FRAGMENT_HEADER + PORT && (Wire.u16(in, udp + 2) & V6_OFFSET) == 0) {
            next = Wire.u8(in, udp);
            udp += FRAGMENT_HEADER;
        }
        return next == Wire.UDP && Wire.u16(in, udp) == port;
    }

    private static boolean isAt(MemorySegment in, int at, long high, long low) {
        return Wire.i64(in, at) == high && Wire.i64(in, at + Long.BYTES) == low;
    }
}
