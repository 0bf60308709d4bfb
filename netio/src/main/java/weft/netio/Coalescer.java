package weft.netio;

import java.lang.foreign.MemorySegment;

/**
 * Joins packets of one flow into a super-packet that the kernel's segmentation would take apart into the same packets
 * again. Pure; the reverse of {@link Segmenter}.
 *
 * <p>It holds at most one run of packets, at {@code base}. A packet joins it if it is the next of the same TCP or UDP
 * flow, its headers differ only where segmentation would make them differ, and its checksums are right: they are not
 * carried over, so a corrupted packet would otherwise leave as a good one. A segment shorter than the first, PSH or FIN
 * ends the run. IPv4 identifiers must count up; where fragmentation is forbidden they may also stay the same, since then
 * they mean nothing (RFC 6864 section 4.1).
 */
final class Coalescer {
    /** The greatest IP packet: the total length is a 16-bit field. */
    static final int LONGEST = 65_535;

    /** UDP_MAX_SEGMENTS of kernels before 6.11; later ones take 128. */
    private static final int UDP_SEGMENTS = 64;

    private final MemorySegment buffer;
    private final long base;
    private final boolean tcp;
    private final boolean udp;

    private int length;
    private int segments;
    private boolean open;
    private int ipHeader;
    private int headers;
    private int protocol;
    private int size;
    private boolean sameId;

    /**
     * @param base where the run stands; the {@link VnetHeader#SIZE} bytes before it are this class's too
     * @param tcp whether the kernel splits TCP (TSO)
     * @param udp whether the kernel splits UDP (USO)
     */
    Coalescer(MemorySegment buffer, long base, boolean tcp, boolean udp) {
        this.buffer = buffer;
        this.base = base;
        this.tcp = tcp;
        this.udp = udp;
    }

    /** Starts a run with the packet that stands at the base. */
    void start(int packetLength) {
        length = packetLength;
        segments = 1;
        sameId = false;
        open = parse(packetLength) && checksumsHold(base, packetLength) && !ends(base);
    }

    /** Whether the packet at {@code at} (it may stand anywhere but over the run's headers) continues the run. */
    boolean continues(long at, int packetLength) {
        int payload = packetLength - headers;
        return open
                && payload > 0
                && payload <= size
                && length + payload <= LONGEST
                && (protocol == Wire.TCP || segments < UDP_SEGMENTS)
                && sameNetworkHeader(at, packetLength)
                && sameTransportHeader(at)
                && checksumsHold(at, packetLength);
    }

    /** Adds the packet whose headers stand at {@code at}; its payload then stands, or is put, at {@link #end}. */
    void add(long at, int packetLength) {
        int payload = packetLength - headers;
        if (segments == 1 && Wire.version(buffer, base) == 4) {
            sameId = Wire.u16(buffer, at + Wire.V4_ID) == Wire.u16(buffer, base + Wire.V4_ID);
        }
        if (protocol == Wire.TCP) {
            long flags = base + ipHeader + Wire.TCP_FLAGS;
            Wire.u8(buffer, flags, Wire.u8(buffer, flags) | Wire.u8(buffer, at + ipHeader + Wire.TCP_FLAGS));
        }
        open = payload == size && !ends(at);
        length += payload;
        segments++;
    }

    /** Writes the {@link VnetHeader} and what the super-packet's own headers need. */
    void finish() {
        long vnet = base - VnetHeader.SIZE;
        if (segments == 1) {
            VnetHeader.plain(buffer, vnet);
            return;
        }
        boolean v4 = Wire.version(buffer, base) == 4;
        if (v4) {
            Wire.u16(buffer, base + Wire.V4_TOTAL_LENGTH, length);
            Wire.v4Checksum(buffer, base);
        } else {
            Wire.u16(buffer, base + Wire.V6_PAYLOAD_LENGTH, length - Wire.V6_HEADER);
        }
        int transportLength = length - ipHeader;
        boolean isTcp = protocol == Wire.TCP;
        int field = isTcp ? Wire.TCP_CHECKSUM : Wire.UDP_CHECKSUM;
        if (!isTcp) {
            Wire.u16(buffer, base + ipHeader + Wire.UDP_LENGTH, transportLength);
        }
        int pseudo = Checksum.fold(Checksum.pseudoHeader(buffer, base, protocol, transportLength));
        Wire.u16(buffer, base + ipHeader + field, pseudo);
        int type = !isTcp ? VnetHeader.GSO_UDP : v4 ? VnetHeader.GSO_TCP4 : VnetHeader.GSO_TCP6;
        VnetHeader.split(buffer, vnet, type, headers, size, ipHeader, field);
    }

    void clear() {
        length = 0;
        segments = 0;
        open = false;
    }

    boolean isEmpty() {
        return segments == 0;
    }

    /** Whether another packet might still join. */
    boolean isOpen() {
        return open;
    }

    /** Bytes of the run, without the vnet header. */
    int length() {
        return length;
    }

    int segments() {
        return segments;
    }

    /** Bytes of IP and transport headers that every packet of the run has. */
    int headers() {
        return headers;
    }

    /** Where the run's payload ends. */
    long end() {
        return base + length;
    }

    /** Reads the shape of the packet at the base; false: nothing joins such a packet. */
    private boolean parse(int packetLength) {
        if (packetLength < Wire.V4_HEADER + Wire.UDP_HEADER) {
            return false;
        }
        int version = Wire.version(buffer, base);
        if (version == 4) {
            ipHeader = Wire.V4_HEADER;
            protocol = Wire.u8(buffer, base + Wire.V4_PROTOCOL);
        } else if (version == 6 && packetLength >= Wire.V6_HEADER + Wire.UDP_HEADER) {
            ipHeader = Wire.V6_HEADER;
            protocol = Wire.u8(buffer, base + Wire.V6_NEXT_HEADER);
        } else {
            return false;
        }
        if (!networkHeaderIsPlain(base, packetLength)) {
            return false;
        }
        int transport = transportHeader(packetLength);
        headers = ipHeader + transport;
        size = packetLength - headers;
        return transport > 0 && size > 0;
    }

    private int transportHeader(int packetLength) {
        if (protocol == Wire.UDP) {
            return udp ? Wire.UDP_HEADER : 0;
        }
        if (!tcp || protocol != Wire.TCP || packetLength < ipHeader + Wire.TCP_HEADER) {
            return 0;
        }
        int flags = Wire.u8(buffer, base + ipHeader + Wire.TCP_FLAGS);
        int header = Wire.tcpHeaderLength(buffer, base + ipHeader);
        return (flags & ~(Wire.FIN | Wire.PSH | Wire.ECE)) == Wire.ACK && header >= Wire.TCP_HEADER ? header : 0;
    }

    /** The length field is right; in IPv4 no options (as in the kernel's own GRO) and no fragment. */
    private boolean networkHeaderIsPlain(long at, int packetLength) {
        if (ipHeader == Wire.V6_HEADER) {
            return Wire.u16(buffer, at + Wire.V6_PAYLOAD_LENGTH) == packetLength - Wire.V6_HEADER;
        }
        return Wire.u8(buffer, at) == 0x45
                && Wire.u16(buffer, at + Wire.V4_TOTAL_LENGTH) == packetLength
                && (Wire.u16(buffer, at + Wire.V4_FRAGMENT) & ~Wire.V4_DONT_FRAGMENT) == 0;
    }

    private boolean sameNetworkHeader(long at, int packetLength) {
        if (!networkHeaderIsPlain(at, packetLength)) {
            return false;
        }
        if (ipHeader == Wire.V6_HEADER) {
            return Wire.equal(buffer, at, base, Wire.V6_PAYLOAD_LENGTH)
                    && Wire.equal(buffer, at + Wire.V6_NEXT_HEADER, base + Wire.V6_NEXT_HEADER, Wire.V6_HEADER - 6);
        }
        return Wire.equal(buffer, at, base, Wire.V4_TOTAL_LENGTH)
                && nextId(at)
                && Wire.equal(buffer, at + Wire.V4_FRAGMENT, base + Wire.V4_FRAGMENT, 4)
                && Wire.equal(buffer, at + 12, base + 12, 8);
    }

    private boolean nextId(long at) {
        int first = Wire.u16(buffer, base + Wire.V4_ID);
        int id = Wire.u16(buffer, at + Wire.V4_ID);
        boolean counts = id == (first + segments & 0xffff);
        boolean same = id == first && (Wire.u16(buffer, base + Wire.V4_FRAGMENT) & Wire.V4_DONT_FRAGMENT) != 0;
        return segments == 1 ? counts || same : sameId ? same : counts;
    }

    /** Ports; for TCP also the next sequence number, the same acknowledgement, window, urgent pointer and options. */
    private boolean sameTransportHeader(long at) {
        long one = base + ipHeader;
        long other = at + ipHeader;
        if (!Wire.equal(buffer, one, other, 4)) {
            return false;
        }
        if (protocol == Wire.UDP) {
            return true;
        }
        int sequence = Wire.i32(buffer, one + Wire.TCP_SEQUENCE) + length - headers;
        int difference = Wire.u8(buffer, one + Wire.TCP_FLAGS) ^ Wire.u8(buffer, other + Wire.TCP_FLAGS);
        return Wire.i32(buffer, other + Wire.TCP_SEQUENCE) == sequence
                && (difference & ~(Wire.FIN | Wire.PSH)) == 0
                && Wire.equal(buffer, one + 8, other + 8, 5)
                && Wire.equal(buffer, one + 14, other + 14, 2)
                && Wire.equal(buffer, one + 18, other + 18, headers - ipHeader - 18);
    }

    private boolean checksumsHold(long at, int packetLength) {
        if (ipHeader == Wire.V4_HEADER && Checksum.fold(Checksum.sum(buffer, at, Wire.V4_HEADER, 0)) != 0xffff) {
            return false;
        }
        int transportLength = packetLength - ipHeader;
        if (protocol == Wire.UDP
                && (Wire.u16(buffer, at + ipHeader + Wire.UDP_LENGTH) != transportLength
                        || Wire.u16(buffer, at + ipHeader + Wire.UDP_CHECKSUM) == 0)) {
            return false;
        }
        long pseudo = Checksum.pseudoHeader(buffer, at, protocol, transportLength);
        return Checksum.fold(Checksum.sum(buffer, at + ipHeader, transportLength, pseudo)) == 0xffff;
    }

    private boolean ends(long at) {
        return protocol == Wire.TCP && (Wire.u8(buffer, at + ipHeader + Wire.TCP_FLAGS) & (Wire.FIN | Wire.PSH)) != 0;
    }
}
