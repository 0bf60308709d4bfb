package weft.edge;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteOrder;

/** The packets of one flow of a device, with checksums as a kernel wants them (RFC 1071): TCP without options, or UDP. */
final class InnerPackets {
    static final Inet4Address SOURCE = (Inet4Address) InetAddress.ofLiteral("100.96.0.17");

    private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int IP = 20;
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int TCP_HEADER = 20;
    private static final int ACK = 0x5010;
    private static final int FROM = 40_000;
    private static final int TO = 443;
    private static final int SERVER = 0xc6336404; // 198.51.100.4

    private final ForwardBench.Load load;
    private final Inet4Address source;
    private final MemorySegment packet = Arena.ofAuto().allocate(2048, 8);
    private int sequence;
    private int id;

    InnerPackets(ForwardBench.Load load, Inet4Address source) {
        this.load = load;
        this.source = source;
    }

    /** The next one, at the start of a segment that the one after it overwrites; zeros behind it. */
    MemorySegment next() {
        int length = load.packet;
        boolean tcp = load.coalesced;
        u16(0, 0x4500);
        u16(2, length);
        u16(4, id++);
        u16(6, 0x4000);
        u16(8, (64 << 8) | (tcp ? TCP : UDP));
        u16(10, 0);
        MemorySegment.copy(MemorySegment.ofArray(source.getAddress()), 0, packet, 12, 4);
        packet.set(U32, 16, SERVER);
        u16(10, ~sum(0, IP, 0));
        u16(IP, FROM);
        u16(IP + 2, TO);
        int pseudo = sum(12, 8, (tcp ? TCP : UDP) + length - IP);
        if (tcp) {
            packet.set(U32, IP + 4, sequence);
            u16(IP + 12, ACK);
            u16(IP + 14, 0xffff);
            u16(IP + 16, 0);
            u16(IP + 16, ~sum(IP, length - IP, pseudo));
            sequence += length - IP - TCP_HEADER;
        } else {
            u16(IP + 4, length - IP);
            u16(IP + 6, 0);
            u16(IP + 6, ~sum(IP, length - IP, pseudo));
        }
        return packet;
    }

    private void u16(long at, int value) {
        packet.set(U16, at, (short) value);
    }

    /** The ones' complement sum of an even number of bytes, on top of another one. */
    private int sum(long at, int length, int start) {
        int sum = start;
        for (long i = at; i < at + length; i += 2) {
            sum += packet.get(U16, i) & 0xffff;
        }
        sum = (sum >>> 16) + (sum & 0xffff);
        return ((sum >>> 16) + sum) & 0xffff;
    }
}
