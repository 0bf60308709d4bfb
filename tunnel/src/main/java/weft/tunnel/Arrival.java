package weft.tunnel;

import java.lang.foreign.MemorySegment;
import weft.netio.UdpArrival;

/**
 * The datagram at hand: where it lies and where it came from. The inbound agent writes it over for each datagram; whoever
 * wants to keep something of it copies that.
 */
public final class Arrival {
    private final UdpArrival path = new UdpArrival();
    private MemorySegment buffer = MemorySegment.NULL;
    private long at;
    private int length;
    private boolean forwarded;

    Arrival() {}

    void set(MemorySegment in, long start, int bytes, boolean byAnotherEdge) {
        buffer = in;
        at = start;
        length = bytes;
        forwarded = byAnotherEdge;
    }

    /** What was wrapped around the client's datagram has been read: this is the datagram. */
    public void unwrapped(long start, int bytes) {
        at = start;
        length = bytes;
    }

    public MemorySegment buffer() {
        return buffer;
    }

    /** Where the datagram starts in {@link #buffer}. */
    public long at() {
        return at;
    }

    /** In bytes. */
    public int length() {
        return length;
    }

    /** Whether it came by one of the {@link Ingress}'s own sockets, from another edge rather than from a client. */
    public boolean forwarded() {
        return forwarded;
    }

    /** From the client to the address that it wrote to. */
    public UdpArrival path() {
        return path;
    }
}
