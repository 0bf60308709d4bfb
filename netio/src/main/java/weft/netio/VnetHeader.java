package weft.netio;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * {@code struct virtio_net_hdr} (virtio 1.2 section 5.1.6, linux/virtio_net.h), the ten bytes before each frame of a TUN
 * opened with IFF_VNET_HDR; fields are in the machine's byte order.
 */
final class VnetHeader {
    static final int SIZE = 10;

    static final int FLAG_NEEDS_CHECKSUM = 1;

    static final int GSO_NONE = 0;
    static final int GSO_TCP4 = 1;
    static final int GSO_TCP6 = 4;
    static final int GSO_UDP = 5;
    static final int GSO_ECN = 0x80;

    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;

    private VnetHeader() {}

    static int flags(MemorySegment bytes, long at) {
        return Wire.u8(bytes, at);
    }

    static int gsoType(MemorySegment bytes, long at) {
        return Wire.u8(bytes, at + 1);
    }

    /** Payload bytes in each segment but the last. */
    static int gsoSize(MemorySegment bytes, long at) {
        return bytes.get(SHORT, at + 4) & 0xffff;
    }

    /** Where the transport header starts, from the start of the IP packet. */
    static int checksumStart(MemorySegment bytes, long at) {
        return bytes.get(SHORT, at + 6) & 0xffff;
    }

    /** Where the checksum field stands, from {@link #checksumStart}. */
    static int checksumOffset(MemorySegment bytes, long at) {
        return bytes.get(SHORT, at + 8) & 0xffff;
    }

    /** A frame that is one finished packet. */
    static void plain(MemorySegment bytes, long at) {
        bytes.set(ValueLayout.JAVA_LONG_UNALIGNED, at, 0);
        bytes.set(SHORT, at + 8, (short) 0);
    }

    /** A frame for the kernel to split, and to finish the checksum of each segment. */
    static void split(
            MemorySegment bytes, long at, int gsoType, int headers, int gsoSize, int start, int checksumOffset) {
        Wire.u8(bytes, at, FLAG_NEEDS_CHECKSUM);
        Wire.u8(bytes, at + 1, gsoType);
        bytes.set(SHORT, at + 2, (short) headers);
        bytes.set(SHORT, at + 4, (short) gsoSize);
        bytes.set(SHORT, at + 6, (short) start);
        bytes.set(SHORT, at + 8, (short) checksumOffset);
    }
}
