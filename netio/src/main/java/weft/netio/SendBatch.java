package weft.netio;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams to send together, in native memory, allocated once. One thread's.
 *
 * <p>Those that follow each other on one path with one length (the last may be shorter) become one message for UDP_SEGMENT:
 * at most 65 507 bytes and 128 segments. Datagrams of other lengths or paths become messages of their own.
 */
public final class SendBatch {
    /** 65 535 less the IPv4 and UDP headers. */
    private static final int LONGEST_MESSAGE = 65_507;

    private static final int MOST_SEGMENTS = 128;

    private final MemorySegment buffer;
    private final MessageSender sender;
    private final long[] at;
    private final int[] length;
    private final int[] segment;
    private final @Nullable UdpPath[] path;
    private int count;
    private long used;
    private boolean lastOpen;

    /**
     * @param bytes room for all the datagrams
     * @param messages how many different runs of datagrams fit
     */
    public SendBatch(int bytes, int messages) {
        buffer = Arena.ofAuto().allocate(bytes, 64);
        sender = new MessageSender(buffer, messages);
        at = new long[messages];
        length = new int[messages];
        segment = new int[messages];
        path = new UdpPath[messages];
    }

    public MemorySegment buffer() {
        return buffer;
    }

    /** Where a datagram of up to {@code length} bytes may be written; negative: full, flush first. */
    public long reserve(int length) {
        return count == path.length || used + length > buffer.byteSize() ? -1 : used;
    }

    /** A datagram of that length, at most what was reserved, stands at the reserved place. */
    public void commit(int bytes, UdpPath to) {
        int last = count - 1;
        if (lastOpen && bytes <= segment[last] && to.equals(path[last]) && length[last] + bytes <= LONGEST_MESSAGE) {
            length[last] += bytes;
            lastOpen = bytes == segment[last] && length[last] / segment[last] < MOST_SEGMENTS;
        } else {
            at[count] = used;
            length[count] = bytes;
            segment[count] = bytes;
            path[count] = to;
            lastOpen = bytes > 0;
            count++;
        }
        used += bytes;
    }

    public boolean isEmpty() {
        return count == 0;
    }

    /**
     * Sends everything, as well as the socket can. Datagrams for which the socket's buffer stays full for
     * {@link UdpSocket#SEND_PATIENCE_MILLIS} are dropped and counted. One that the kernel refuses does not keep back the
     * others; the first such error is thrown when all have been tried. Empty afterwards in any case.
     *
     * @return datagrams sent
     * @throws ErrnoException such as ENOBUFS, ENETUNREACH, EPERM (a firewall); EINVAL or EADDRNOTAVAIL when the path's local
     *     address is gone
     */
    public int flush(UdpSocket socket) throws IOException {
        try {
            sender.begin();
            for (int i = 0; i < count; i++) {
                UdpPath to = path[i];
                if (to != null) {
                    sender.add(socket, at[i], length[i], segment[i], to);
                }
            }
            return sender.finish(socket);
        } finally {
            Arrays.fill(path, 0, count, null);
            count = 0;
            used = 0;
            lastOpen = false;
        }
    }

    /** Datagrams of the last {@link #flush} that did not leave, for whatever reason. */
    public int dropped() {
        return sender.dropped();
    }

    /** The path whose datagram the last {@link #flush} threw for. */
    public Optional<UdpPath> refused() {
        return sender.refused();
    }
}
