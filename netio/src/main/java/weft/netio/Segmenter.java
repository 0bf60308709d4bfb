package weft.netio;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Turns one frame of a TUN into IP packets: splits a TCP or UDP super-packet, finishes partial checksums. Pure.
 *
 * <p>Packets are made in place, one at a time. The payloads stand one behind the other, so the headers of packet
 * <i>n</i> + 1 go where the last bytes of packet <i>n</i> were: whoever called {@link #next} is done with those.
 *
 * <pre>
 *   | headers | payload 0 | payload 1 | payload 2 |
 *   |------ packet 0 -----|
 *             | headers   | payload 1 |              headers end where payload 1 begins
 * </pre>
 *
 * That caller may also overwrite the {@value #PADDING} bytes behind the packet (WireGuard pads in place); they are kept
 * aside and put back, for they are the start of the next payload.
 */
final class Segmenter {
    /** Bytes behind a packet that the caller may overwrite. */
    static final int PADDING = 16;

    /** IPv6 with some extension headers, and TCP with all options. */
    private static final int LONGEST_HEADERS = 256;

    private final MemorySegment buffer;
    private final MemorySegment template = Arena.ofAuto().allocate(LONGEST_HEADERS);
    private final MemorySegment behind = Arena.ofAuto().allocate(PADDING);

    private long frame;
    private int frameLength;
    private int ipHeader;
    private int headers;
    private int size;
    private int protocol;
    private int index;
    private int used;
    private boolean behindSaved;
    private long at;
    private int length;

    /** @param buffer frames stand in it, each followed by at least {@link #PADDING} bytes */
    Segmenter(MemorySegment buffer) {
        this.buffer = buffer;
    }

    /** Takes a packet as it is. */
    void plain(long packet, int packetLength) {
        frame = packet;
        frameLength = packetLength;
        headers = 0;
        index = 0;
        used = 0;
        behindSaved = false;
    }

    /**
     * Takes a frame that starts with a {@link VnetHeader}.
     *
     * @return false: the header contradicts the frame; there is no packet in it
     */
    boolean frame(long start, int totalLength) {
        int packetLength = totalLength - VnetHeader.SIZE;
        if (packetLength <= 0) {
            plain(start, 0);
            return false;
        }
        plain(start + VnetHeader.SIZE, packetLength);
        boolean valid = VnetHeader.gsoType(buffer, start) == VnetHeader.GSO_NONE
                ? (VnetHeader.flags(buffer, start) & VnetHeader.FLAG_NEEDS_CHECKSUM) == 0 || finishChecksum(start)
                : superPacket(start);
        if (!valid) {
            used = frameLength;
        }
        return valid;
    }

    /** Makes the next packet; false: the frame is used up. */
    boolean next() {
        if (used >= frameLength) {
            return false;
        }
        if (headers == 0) {
            at = frame;
            length = frameLength;
            used = frameLength;
            return true;
        }
        restoreBehind();
        int payload = Math.min(size, frameLength - used);
        boolean last = used + payload == frameLength;
        at = frame + used - headers;
        length = headers + payload;
        writeHeaders(payload, last);
        used += payload;
        index++;
        if (!last) {
            MemorySegment.copy(buffer, at + length, behind, 0, PADDING);
            behindSaved = true;
        }
        return true;
    }

    long at() {
        return at;
    }

    int length() {
        return length;
    }

    /** The field holds the sum of the pseudo-header already (virtio 1.2 section 5.1.6.2). */
    private boolean finishChecksum(long start) {
        int from = VnetHeader.checksumStart(buffer, start);
        int field = from + VnetHeader.checksumOffset(buffer, start);
        if (field + 2 > frameLength) {
            return false;
        }
        int sum = Checksum.finish(Checksum.sum(buffer, frame + from, frameLength - from, 0));
        Wire.u16(buffer, frame + field, sum == 0 ? 0xffff : sum);
        return true;
    }

    private boolean superPacket(long start) {
        int type = VnetHeader.gsoType(buffer, start) & ~VnetHeader.GSO_ECN;
        protocol = type == VnetHeader.GSO_UDP ? Wire.UDP : Wire.TCP;
        size = VnetHeader.gsoSize(buffer, start);
        ipHeader = VnetHeader.checksumStart(buffer, start);
        boolean needsChecksum = (VnetHeader.flags(buffer, start) & VnetHeader.FLAG_NEEDS_CHECKSUM) != 0;
        if (!needsChecksum || size == 0 || !ipHeaderFits(type)) {
            return false;
        }
        int transport = transportHeader();
        if (transport == 0 || ipHeader + transport > LONGEST_HEADERS || ipHeader + transport >= frameLength) {
            return false;
        }
        headers = ipHeader + transport;
        used = headers;
        MemorySegment.copy(buffer, frame, template, 0, headers);
        return true;
    }

    private boolean ipHeaderFits(int type) {
        int version = Wire.version(buffer, frame);
        if (ipHeader + Wire.UDP_HEADER > frameLength) {
            return false;
        }
        return switch (type) {
            case VnetHeader.GSO_TCP4 -> version == 4 && v4HeaderFits();
            case VnetHeader.GSO_TCP6 -> version == 6 && ipHeader >= Wire.V6_HEADER;
            case VnetHeader.GSO_UDP -> version == 4 ? v4HeaderFits() : version == 6 && ipHeader >= Wire.V6_HEADER;
            default -> false;
        };
    }

    private boolean v4HeaderFits() {
        return ipHeader >= Wire.V4_HEADER
                && ipHeader == Wire.v4HeaderLength(buffer, frame)
                && Wire.u8(buffer, frame + Wire.V4_PROTOCOL) == protocol;
    }

    /** Length of the TCP or UDP header; 0: it does not fit. */
    private int transportHeader() {
        if (protocol == Wire.UDP) {
            return Wire.UDP_HEADER;
        }
        if (ipHeader + Wire.TCP_HEADER > frameLength) {
            return 0;
        }
        int tcp = Wire.tcpHeaderLength(buffer, frame + ipHeader);
        return tcp < Wire.TCP_HEADER ? 0 : tcp;
    }

    private void restoreBehind() {
        if (behindSaved) {
            MemorySegment.copy(behind, 0, buffer, frame + used, PADDING);
            behindSaved = false;
        }
    }

    private void writeHeaders(int payload, boolean last) {
        MemorySegment.copy(template, 0, buffer, at, headers);
        if (Wire.version(template, 0) == 4) {
            Wire.u16(buffer, at + Wire.V4_TOTAL_LENGTH, length);
            Wire.u16(buffer, at + Wire.V4_ID, Wire.u16(template, Wire.V4_ID) + index);
            Wire.v4Checksum(buffer, at);
        } else {
            Wire.u16(buffer, at + Wire.V6_PAYLOAD_LENGTH, length - Wire.V6_HEADER);
        }
        long transport = at + ipHeader;
        int transportLength = length - ipHeader;
        int field = protocol == Wire.TCP ? Wire.TCP_CHECKSUM : Wire.UDP_CHECKSUM;
        if (protocol == Wire.TCP) {
            Wire.i32(
                    buffer,
                    transport + Wire.TCP_SEQUENCE,
                    Wire.i32(template, ipHeader + Wire.TCP_SEQUENCE) + index * size);
            Wire.u8(
                    buffer,
                    transport + Wire.TCP_FLAGS,
                    flags(Wire.u8(template, ipHeader + Wire.TCP_FLAGS), index == 0, last));
        } else {
            Wire.u16(buffer, transport + Wire.UDP_LENGTH, Wire.UDP_HEADER + payload);
        }
        Wire.u16(buffer, transport + field, 0);
        long pseudo = Checksum.pseudoHeader(buffer, at, protocol, transportLength);
        int sum = Checksum.finish(Checksum.sum(buffer, transport, transportLength, pseudo));
        Wire.u16(buffer, transport + field, sum == 0 && protocol == Wire.UDP ? 0xffff : sum);
    }

    /** FIN and PSH belong to the last segment, CWR to the first (RFC 3168 section 6.1.2). */
    private static int flags(int whole, boolean first, boolean last) {
        int kept = last ? whole : whole & ~(Wire.FIN | Wire.PSH);
        return first ? kept : kept & ~Wire.CWR;
    }
}
