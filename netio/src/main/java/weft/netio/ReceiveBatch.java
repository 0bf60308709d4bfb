package weft.netio;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Room for the datagrams of one {@link UdpSocket#receive}, in native memory, allocated once. One thread's.
 *
 * <p>On a socket with offload a message may hold many datagrams of one path, each {@link #segmentSize} bytes but for the
 * last, which may be shorter.
 */
public final class ReceiveBatch {
    private final MemorySegment buffer;
    private final int bytesEach;
    private final MessageHeaders headers;
    private final MemorySegment errno = Native.errnoSegment(Arena.ofAuto());

    private final int[] length;
    private final int[] segment;
    private final long[] high;
    private final long[] low;
    private final int[] port;
    private final int[] scope;
    private final long[] localHigh;
    private final long[] localLow;
    private int count;

    /**
     * @param bytesEach room for a message; a longer one is cut. A socket with offload wants 65 535, else what was coalesced
     *     beyond this is lost (whole datagrams at a time)
     */
    public ReceiveBatch(int messages, int bytesEach) {
        this.bytesEach = bytesEach;
        buffer = Arena.ofAuto().allocate((long) messages * bytesEach, 64);
        headers = new MessageHeaders(messages);
        length = new int[messages];
        segment = new int[messages];
        high = new long[messages];
        low = new long[messages];
        port = new int[messages];
        scope = new int[messages];
        localHigh = new long[messages];
        localLow = new long[messages];
        for (int i = 0; i < messages; i++) {
            headers.data(i, buffer.address() + at(i), bytesEach);
            headers.rearm(i);
        }
    }

    public MemorySegment buffer() {
        return buffer;
    }

    /** Messages of the last receive. */
    public int count() {
        return count;
    }

    /** Where message {@code i} starts in {@link #buffer}. */
    public long at(int i) {
        return (long) i * bytesEach;
    }

    /** Bytes of the message: of all its datagrams. */
    public int length(int i) {
        return length[i];
    }

    /** Bytes of each datagram but the last; {@link #length} if there is one only. */
    public int segmentSize(int i) {
        return segment[i];
    }

    /** The path that the message came along. */
    public void arrival(int i, UdpArrival into) {
        into.set(high[i], low[i], port[i], scope[i], localHigh[i], localLow[i]);
    }

    /** The same as an object of its own. Allocates: for handshakes and roaming. */
    public UdpPath path(int i) {
        return new UdpPath(high[i], low[i], port[i], scope[i], localHigh[i], localLow[i]);
    }

    /** Receives; the number of messages or the negated errno. */
    int receive(int fd, boolean v6Socket, boolean single) {
        for (int i = 0; i < count; i++) {
            headers.rearm(i);
        }
        count = 0;
        int received = single
                ? receiveOne(fd)
                : Posix.recvmmsg(errno, fd, headers.address(0), headers.count(), SocketOptions.MSG_DONTWAIT);
        if (received > 0) {
            count = received;
            for (int i = 0; i < received; i++) {
                read(i, v6Socket);
            }
        }
        return received;
    }

    private int receiveOne(int fd) {
        int result = Posix.recvmsg(errno, fd, headers.address(0), SocketOptions.MSG_DONTWAIT);
        if (result < 0) {
            return result;
        }
        headers.length(0, result);
        return 1;
    }

    private void read(int i, boolean v6Socket) {
        MemorySegment memory = headers.memory();
        long gro = headers.control(i, SocketOptions.SOL_UDP, SocketOptions.UDP_GRO);
        int bytes = headers.length(i);
        int each = gro < 0 ? bytes : memory.get(ValueLayout.JAVA_INT, gro);
        if (each <= 0 || each > bytes) {
            each = bytes;
        }
        if (headers.truncated(i)) {
            bytes = gro < 0 ? 0 : bytes - bytes % each;
        }
        length[i] = bytes;
        segment[i] = Math.min(each, bytes);
        long name = headers.name(i);
        port[i] = Wire.u16(memory, name + 2);
        if (v6Socket) {
            high[i] = Wire.i64(memory, name + 8);
            low[i] = Wire.i64(memory, name + 16);
            scope[i] = memory.get(ValueLayout.JAVA_INT, name + 24);
        } else {
            // A socket of the other family may have left its own here.
            high[i] = 0;
            low[i] = UdpPath.mapped(Wire.i32(memory, name + 4));
            scope[i] = 0;
        }
        readLocal(i, v6Socket);
    }

    private void readLocal(int i, boolean v6Socket) {
        MemorySegment memory = headers.memory();
        long info = v6Socket
                ? headers.control(i, SocketOptions.IPPROTO_IPV6, SocketOptions.IPV6_PKTINFO)
                : headers.control(i, SocketOptions.IPPROTO_IP, SocketOptions.IP_PKTINFO);
        localHigh[i] = info >= 0 && v6Socket ? Wire.i64(memory, info) : 0;
        if (info < 0) {
            localLow[i] = 0;
        } else {
            localLow[i] = v6Socket ? Wire.i64(memory, info + 8) : UdpPath.mapped(Wire.i32(memory, info + 4));
        }
    }
}
