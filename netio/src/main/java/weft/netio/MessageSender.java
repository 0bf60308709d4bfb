package weft.netio;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Hands runs of datagrams to the kernel, and does the next best thing with those it will not take.
 *
 * <p>A run becomes one UDP_SEGMENT message where the socket has offload, else one message each. What sendmmsg refuses is
 * always the first message of the rest, so after an error the rest starts with the culprit:
 *
 * <ul>
 *   <li>EIO on a segmented message: the device's checksum offload is missing; the socket gives up offload for good
 *   <li>any other refusal of a segmented message (EINVAL, EMSGSIZE: a segment exceeds the path MTU): this one goes plainly
 *   <li>EAGAIN: waits a bounded time for room, then drops all the rest
 *   <li>anything else: this datagram is dropped, the error is kept
 * </ul>
 */
final class MessageSender {
    private final MemorySegment buffer;
    private final MessageHeaders headers;
    private final MemorySegment errno = Native.errnoSegment(Arena.ofAuto());
    private final SendPatience patience = new SendPatience();
    private final long[] at;
    private final int[] length;
    private final int[] segment;
    private final @Nullable UdpPath[] path;
    private int waiting;
    private int sent;
    private int dropped;
    private int error;
    private boolean full;
    private @Nullable UdpPath refused;

    MessageSender(MemorySegment buffer, int messages) {
        this.buffer = buffer;
        headers = new MessageHeaders(messages);
        at = new long[messages];
        length = new int[messages];
        segment = new int[messages];
        path = new UdpPath[messages];
    }

    void begin() {
        waiting = 0;
        sent = 0;
        dropped = 0;
        error = 0;
        full = false;
        refused = null;
    }

    void add(UdpSocket socket, long from, int bytes, int each, UdpPath to) {
        int most = socket.offload() ? Math.max(1, socket.mostSegments()) * each : each;
        int done = 0;
        do {
            int now = Math.min(most, bytes - done);
            queue(socket, from + done, now, each, to);
            done += now;
        } while (done < bytes);
    }

    /** Sends what is queued; the datagrams sent. */
    int finish(UdpSocket socket) throws ErrnoException {
        drain(socket);
        socket.count(sent, dropped);
        if (error != 0) {
            throw new ErrnoException("send", error);
        }
        return sent;
    }

    int dropped() {
        return dropped;
    }

    Optional<UdpPath> refused() {
        return Optional.ofNullable(refused);
    }

    private void queue(UdpSocket socket, long from, int bytes, int each, UdpPath to) {
        if (waiting == headers.count()) {
            drain(socket);
        }
        int i = waiting;
        if (!headers.address(i, to, socket.isV6(), bytes > each ? each : 0)) {
            refuse(Errno.EAFNOSUPPORT, to, bytes, each);
            return;
        }
        headers.data(i, buffer.address() + from, bytes);
        at[i] = from;
        length[i] = bytes;
        segment[i] = each;
        path[i] = to;
        waiting++;
    }

    private void drain(UdpSocket socket) {
        int first = 0;
        while (first < waiting) {
            int result = full ? -Errno.EAGAIN : socket.send(errno, headers, first, waiting - first);
            if (result > 0) {
                for (int i = first; i < first + result; i++) {
                    sent += datagrams(i);
                }
                first += result;
            } else if (result != -Errno.EINTR
                    && !(result == -Errno.EAGAIN && !full && patience.await(errno, socket.fd()))) {
                first += failed(socket, first, -result);
            }
        }
        waiting = 0;
    }

    /** Deals with the message that was refused; how many messages that settles. */
    private int failed(UdpSocket socket, int i, int errorNumber) {
        if (errorNumber == Errno.EAGAIN) {
            full = true;
            dropped += datagrams(i);
            return 1;
        }
        if (length[i] <= segment[i]) {
            refuse(errorNumber, i);
            return 1;
        }
        if (errorNumber == Errno.EIO) {
            socket.giveUpOffload();
        }
        sendPlainly(socket, i);
        return 1;
    }

    private void sendPlainly(UdpSocket socket, int i) {
        UdpPath to = path[i];
        if (to == null) {
            return;
        }
        headers.address(i, to, socket.isV6(), 0);
        int whole = length[i];
        for (int done = 0; done < whole; done += segment[i]) {
            int bytes = Math.min(segment[i], whole - done);
            headers.data(i, buffer.address() + at[i] + done, bytes);
            sendOne(socket, i, to, bytes);
        }
    }

    private void sendOne(UdpSocket socket, int i, UdpPath to, int bytes) {
        int result;
        do {
            result = full ? -Errno.EAGAIN : socket.send(errno, headers, i, 1);
        } while (result == -Errno.EINTR || (result == -Errno.EAGAIN && !full && patience.await(errno, socket.fd())));
        if (result > 0) {
            sent++;
        } else if (result == -Errno.EAGAIN) {
            full = true;
            dropped++;
        } else {
            refuse(-result, to, bytes, bytes);
        }
    }

    private void refuse(int errorNumber, int i) {
        UdpPath to = path[i];
        if (to != null) {
            refuse(errorNumber, to, length[i], segment[i]);
        }
    }

    private void refuse(int errorNumber, UdpPath to, int bytes, int each) {
        dropped += each == 0 ? 1 : (bytes + each - 1) / each;
        if (error == 0) {
            error = errorNumber;
            refused = to;
        }
    }

    private int datagrams(int i) {
        return segment[i] == 0 ? 1 : (length[i] + segment[i] - 1) / segment[i];
    }
}
