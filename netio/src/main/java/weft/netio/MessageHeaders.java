package weft.netio;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * An array of {@code struct mmsghdr}, each with one iovec, a socket address and room for control messages, laid out once
 * in native memory. Offsets are those of 64-bit Linux (x86-64 and aarch64 agree).
 */
final class MessageHeaders {
    private static final int HEADER = 64;
    private static final int NAME_LENGTH = 8;
    private static final int IOV = 16;
    private static final int IOV_COUNT = 24;
    private static final int CONTROL = 32;
    private static final int CONTROL_LENGTH = 40;
    private static final int FLAGS = 48;
    private static final int LENGTH = 56;

    private static final int IOVEC = 16;
    private static final int NAME = 32;

    /** Holds in6_pktinfo (40), in_pktinfo (32) and UDP_GRO or UDP_SEGMENT (24), with their headers. */
    private static final int CONTROLS = 128;

    /** struct cmsghdr: length (8 bytes), level, type (4 each), then the data. */
    private static final int CMSG = 16;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT;

    private final int count;
    private final MemorySegment memory;
    private final long iovecs;
    private final long names;
    private final long controls;

    MessageHeaders(int count) {
        this.count = count;
        iovecs = (long) count * HEADER;
        names = iovecs + (long) count * IOVEC;
        controls = names + (long) count * NAME;
        memory = Arena.ofAuto().allocate(controls + (long) count * CONTROLS, 64);
        for (int i = 0; i < count; i++) {
            memory.set(LONG, header(i), memory.address() + name(i));
            memory.set(LONG, header(i) + IOV, memory.address() + iovec(i));
            memory.set(LONG, header(i) + IOV_COUNT, 1);
            memory.set(LONG, header(i) + CONTROL, memory.address() + control(i));
        }
    }

    int count() {
        return count;
    }

    MemorySegment memory() {
        return memory;
    }

    long address(int i) {
        return memory.address() + header(i);
    }

    /** Where the socket address of message {@code i} stands in {@link #memory}. */
    long name(int i) {
        return names + (long) i * NAME;
    }

    void data(int i, long address, int length) {
        memory.set(LONG, iovec(i), address);
        memory.set(LONG, iovec(i) + 8, length);
    }

    /** Offers all the room for a message to come. */
    void rearm(int i) {
        memory.set(INT, header(i) + NAME_LENGTH, SocketOptions.SOCKADDR_IN6);
        memory.set(LONG, header(i) + CONTROL_LENGTH, CONTROLS);
        memory.set(INT, header(i) + FLAGS, 0);
    }

    int length(int i) {
        return memory.get(INT, header(i) + LENGTH);
    }

    void length(int i, int length) {
        memory.set(INT, header(i) + LENGTH, length);
    }

    boolean truncated(int i) {
        return (memory.get(INT, header(i) + FLAGS) & SocketOptions.MSG_TRUNC) != 0;
    }

    /** The data of the control message of that level and type, as an offset into {@link #memory}; negative: there is none. */
    long control(int i, int level, int type) {
        long end = control(i) + Math.min(memory.get(LONG, header(i) + CONTROL_LENGTH), CONTROLS);
        long at = control(i);
        while (at + CMSG <= end) {
            long length = memory.get(LONG, at);
            if (length < CMSG || length > end - at) {
                return -1;
            }
            if (memory.get(INT, at + 8) == level && memory.get(INT, at + 12) == type) {
                return at + CMSG;
            }
            at += align(length);
        }
        return -1;
    }

    /**
     * Addresses a datagram.
     *
     * @param segment UDP_SEGMENT size; 0: it is one datagram
     * @return false: a socket of this family cannot reach it
     */
    boolean address(int i, UdpPath path, boolean v6Socket, int segment) {
        int nameLength = path.writeRemote(memory, name(i), v6Socket);
        memory.set(INT, header(i) + NAME_LENGTH, nameLength);
        long at = control(i);
        if (path.hasSource()) {
            int level = v6Socket ? SocketOptions.IPPROTO_IPV6 : SocketOptions.IPPROTO_IP;
            int type = v6Socket ? SocketOptions.IPV6_PKTINFO : SocketOptions.IP_PKTINFO;
            at += control(at, level, type, path.writeSource(memory, at + CMSG, v6Socket));
        }
        if (segment > 0) {
            memory.set(SHORT, at + CMSG, (short) segment);
            at += control(at, SocketOptions.SOL_UDP, SocketOptions.UDP_SEGMENT, Short.BYTES);
        }
        memory.set(LONG, header(i) + CONTROL_LENGTH, at - control(i));
        return nameLength > 0;
    }

    private long control(long at, int level, int type, int dataLength) {
        memory.set(LONG, at, CMSG + dataLength);
        memory.set(INT, at + 8, level);
        memory.set(INT, at + 12, type);
        return align(CMSG + dataLength);
    }

    private static long align(long length) {
        return length + 7 & ~7L;
    }

    private static long header(int i) {
        return (long) i * HEADER;
    }

    private long iovec(int i) {
        return iovecs + (long) i * IOVEC;
    }

    private long control(int i) {
        return controls + (long) i * CONTROLS;
    }
}
