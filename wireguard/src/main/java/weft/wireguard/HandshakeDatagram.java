package weft.wireguard;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What a {@link HandshakeGate} has before it: a datagram where the socket put it, whence it came, and when. One for all
 * datagrams of a thread, so that none is garbage.
 */
final class HandshakeDatagram {
    private static final int RESERVED = 1;

    MemorySegment in = MemorySegment.NULL;
    long at;
    int length;

    /** The source's address as in an IPv6 header, IPv4 as IPv4-mapped IPv6 (RFC 4291, 2.5.5.2); {@link #low} is the rest. */
    long high;

    long low;
    int port;

    /** In nanoseconds of the monotonic clock. */
    long now;

    void set(MemorySegment buffer, long offset, int size, long sourceHigh, long sourceLow, int sourcePort, long nanos) {
        in = buffer;
        at = offset;
        length = size;
        high = sourceHigh;
        low = sourceLow;
        port = sourcePort;
        now = nanos;
    }

    boolean isResponse() {
        return Message.isResponse(in, at, length);
    }

    boolean isCookieReply() {
        return Message.isCookieReply(in, at, length);
    }

    boolean hasMac1() {
        return Message.hasMac1(in, at, length);
    }

    /** Whether it bears a mac2 at all, good or bad; for what {@link #hasMac1}. */
    boolean hasMac2() {
        int or = 0;
        for (long i = at + length - Spec.MAC_SIZE; i < at + length; i++) {
            or |= in.get(ValueLayout.JAVA_BYTE, i);
        }
        return or != 0;
    }

    /** The client id that an initiation to a fleet names, see {@link Message#takeReserved}; 0 if none. */
    int clientId() {
        int id = 0;
        for (long i = at + RESERVED; i < at + Message.SENDER; i++) {
            id = id << Byte.SIZE | (in.get(ValueLayout.JAVA_BYTE, i) & 0xff);
        }
        return id;
    }

    /** Whose allowance it counts against: the IPv4 address's, or that of the IPv6 address's /64. */
    long network() {
        return high == 0 ? low : high;
    }
}
