package weft.tunnel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** What the engine reads of an inner packet (RFC 791, section 3.1; RFC 8200, section 3). */
final class IpPacket {
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int MIN_V4 = 20;
    private static final int MIN_V6 = 40;

    private IpPacket() {}

    /** The packet's own length, without the padding behind it; -1 if it is no whole IP packet. */
    static int length(MemorySegment packet, long at, int available) {
        if (available < MIN_V4) {
            return -1;
        }
        int length = switch ((packet.get(ValueLayout.JAVA_BYTE, at) & 0xf0) >> 4) {
            case 4 -> Short.toUnsignedInt(packet.get(SHORT, at + 2));
            case 6 -> MIN_V6 + Short.toUnsignedInt(packet.get(SHORT, at + 4));
            default -> -1;
        };
        return length >= MIN_V4 && length <= available ? length : -1;
    }
}
