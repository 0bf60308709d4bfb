package weft.fleet;

import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * An ICMP error that says that a UDP datagram did not fit a link: "fragmentation needed" (RFC 1191) or "packet too big"
 * (RFC 4443, section 3.2). Addresses as in an IPv6 header, IPv4 as IPv4-mapped IPv6 (RFC 4291, 2.5.5.2).
 *
 * @param fromHigh and {@code fromLow}: whose datagram it was, and to whom the error came
 * @param fromPort of UDP
 * @param toHigh and {@code toLow}: where the datagram was to go
 * @param toPort of UDP
 * @param mtu of the link, in bytes; 0 from routers older than RFC 1191
 */
public record TooBig(long fromHigh, long fromLow, int fromPort, long toHigh, long toLow, int toPort, long mtu) {
    private static final int ICMP = 1;
    private static final int ICMPV6 = 58;
    private static final int FRAGMENT = 44;
    private static final int FRAGMENT_HEADER = 8;
    private static final int UNREACHABLE = 3;
    private static final int FRAGMENTATION_NEEDED = 4;
    private static final int PACKET_TOO_BIG = 2;
    private static final int ICMP_HEADER = 8;
    private static final int V4_MTU = 6;
    private static final int V6_MTU = 4;
    private static final int PORTS = 4;
    private static final int V6_OFFSET = 0xfff8;
    private static final long MAPPED = 0xffffL << 32;
    private static final long UNSIGNED = 0xffff_ffffL;

    /**
     * @param packet from the IP header on; anything may be in it
     * @return empty if it is no such error, or none that a router can have meant: about a packet that fits the MTU it states
     */
    public static Optional<TooBig> read(byte[] packet) {
        MemorySegment in = MemorySegment.ofArray(packet);
        return switch (packet.length == 0 ? 0 : Wire.u8(in, 0) >>> 4) {
            case 4 -> readV4(in, packet.length);
            case 6 -> readV6(in, packet.length);
            default -> Optional.empty();
        };
    }

    private static Optional<TooBig> readV4(MemorySegment in, int length) {
        if (length < Wire.V4
                || Wire.u8(in, Wire.V4_PROTOCOL) != ICMP
                || (Wire.u16(in, Wire.V4_FRAGMENT) & Wire.V4_MORE_AND_OFFSET) != 0) {
            return Optional.empty();
        }
        int icmp = headerLength(in, 0);
        int ip = icmp + ICMP_HEADER;
        if (length < ip + Wire.V4
                || Wire.u8(in, icmp) != UNREACHABLE
                || Wire.u8(in, icmp + 1) != FRAGMENTATION_NEEDED
                || Wire.u8(in, ip) >>> 4 != 4) {
            return Optional.empty();
        }
        int udp = ip + headerLength(in, ip);
        int mtu = Wire.u16(in, icmp + V4_MTU);
        if (Wire.u8(in, ip + Wire.V4_PROTOCOL) != Wire.UDP
                || Wire.i32(in, ip + Wire.V4_SOURCE) != Wire.i32(in, Wire.V4_DESTINATION)
                || length < udp + PORTS
                || Wire.u16(in, ip + Wire.V4_LENGTH) <= mtu) {
            return Optional.empty();
        }
        return Optional.of(new TooBig(
                0,
                mapped(in, ip + Wire.V4_SOURCE),
                Wire.u16(in, udp),
                0,
                mapped(in, ip + Wire.V4_DESTINATION),
                Wire.u16(in, udp + Wire.UDP_DESTINATION),
                mtu));
    }

    private static int headerLength(MemorySegment in, int ip) {
        return Math.max(Wire.V4, 4 * (Wire.u8(in, ip) & 0x0f));
    }

    private static long mapped(MemorySegment in, int at) {
        return MAPPED | (Wire.i32(in, at) & UNSIGNED);
    }

    /** The datagram may have been cut by us already: then its first fragment has the ports. */
    private static Optional<TooBig> readV6(MemorySegment in, int length) {
        int ip = Wire.V6 + ICMP_HEADER;
        if (length < ip + Wire.V6 + PORTS
                || Wire.u8(in, Wire.V6_NEXT) != ICMPV6
                || Wire.u8(in, Wire.V6) != PACKET_TOO_BIG
                || Wire.u8(in, ip) >>> 4 != 6
                || Wire.i64(in, ip + Wire.V6_SOURCE) != Wire.i64(in, Wire.V6_DESTINATION)
                || Wire.i64(in, ip + Wire.V6_SOURCE + 8) != Wire.i64(in, Wire.V6_DESTINATION + 8)) {
            return Optional.empty();
        }
        int next = Wire.u8(in, ip + Wire.V6_NEXT);
        int udp = ip + Wire.V6;
        if (next == FRAGMENT && length >= udp + FRAGMENT_HEADER + PORTS && (Wire.u16(in, udp + 2) & V6_OFFSET) == 0) {
            next = Wire.u8(in, udp);
            udp += FRAGMENT_HEADER;
        }
        long mtu = Wire.i32(in, Wire.V6 + V6_MTU) & UNSIGNED;
        if (next != Wire.UDP || Wire.V6 + Wire.u16(in, ip + Wire.V6_LENGTH) <= mtu) {
            return Optional.empty();
        }
        return Optional.of(new TooBig(
                Wire.i64(in, ip + Wire.V6_SOURCE),
                Wire.i64(in, ip + Wire.V6_SOURCE + 8),
                Wire.u16(in, udp),
                Wire.i64(in, ip + Wire.V6_DESTINATION),
                Wire.i64(in, ip + Wire.V6_DESTINATION + 8),
                Wire.u16(in, udp + Wire.UDP_DESTINATION),
                mtu));
    }

    /** Whether it is about a datagram from there. */
    public boolean isFrom(long high, long low, int port) {
        return fromLow == low && fromHigh == high && fromPort == port;
    }

    /** No address: it must not get into logs. */
    @Override
    public String toString() {
        return "TooBig";
    }
}
