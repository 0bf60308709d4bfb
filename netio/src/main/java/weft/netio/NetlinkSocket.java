package weft.netio;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Questions to a part of the kernel and its answers, in the network namespace of the thread that called {@link #open}. Safe
 * for several threads; requests wait for each other.
 */
final class NetlinkSocket implements AutoCloseable {
    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
    private static final int SOL_NETLINK = 270;
    private static final int NETLINK_CAP_ACK = 10;
    private static final int NETLINK_EXT_ACK = 11;
    private static final int MSG_TRUNC = 0x20;

    /** The kernel fills at most 32 KiB of a reader's buffer with one datagram. */
    private static final int BUFFER_SIZE = 64 * 1024;

    private static final int DUMP_ATTEMPTS = 10;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment buffer = arena.allocate(BUFFER_SIZE);
    private final MemorySegment errno = Native.errnoSegment(arena);
    private final int socket;
    private int sequence;
    private boolean closed;

    private NetlinkSocket(int protocol) throws ErrnoException {
        int opened = Calls.socket(errno, protocol);
        if (opened < 0) {
            int error = Native.errno(errno);
            arena.close();
            throw new ErrnoException("open a netlink socket", error);
        }
        socket = opened;
        buffer.set(Native.INT, 0, 1);
        Calls.setOption(errno, socket, NETLINK_CAP_ACK, buffer);
        Calls.setOption(errno, socket, NETLINK_EXT_ACK, buffer);
    }

    /** @param protocol such as NETLINK_ROUTE */
    static NetlinkSocket open(int protocol) throws ErrnoException {
        return new NetlinkSocket(protocol);
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            Calls.close(errno, socket);
            arena.close();
        }
    }

    /** @return the records of the answer; at least one unless the request was a dump or asked for a mere receipt */
    synchronized List<NetlinkReply> exchange(NetlinkRequest request, String action) throws IOException {
        if (closed) {
            throw new IllegalStateException("netlink socket is closed");
        }
        for (int attempt = 0; attempt < DUMP_ATTEMPTS; attempt++) {
            send(request.toBytes(++sequence), action);
            List<NetlinkReply> records = receive(request, action);
            if (records.stream().noneMatch(NetlinkReply::isInterrupted)) {
                return records;
            }
        }
        throw new IOException(action + ": changed " + DUMP_ATTEMPTS + " times while it was read");
    }

    private void send(byte[] message, String action) throws ErrnoException {
        MemorySegment.copy(message, 0, buffer, ValueLayout.JAVA_BYTE, 0, message.length);
        if (Calls.send(errno, socket, buffer, message.length) < 0) {
            throw new ErrnoException(action, Native.errno(errno));
        }
    }

    private List<NetlinkReply> receive(NetlinkRequest request, String action) throws IOException {
        List<NetlinkReply> records = new ArrayList<>();
        while (true) {
            for (NetlinkReply reply : NetlinkReply.parse(datagram(action))) {
                if (reply.sequence() != sequence) {
                    continue;
                }
                if (reply.isLast()) {
                    requireSuccess(reply, action);
                    return records;
                }
                records.add(reply);
            }
            if (request.answersWithOneRecord() && !records.isEmpty()) {
                return records;
            }
        }
    }

    private ByteBuffer datagram(String action) throws IOException {
        while (true) {
            long size = Calls.receive(errno, socket, buffer, MSG_TRUNC);
            if (size > BUFFER_SIZE) {
                throw new ProtocolException(action + ": netlink datagram of " + size + " bytes");
            }
            if (size >= 0) {
                byte[] copy = buffer.asSlice(0, size).toArray(ValueLayout.JAVA_BYTE);
                return ByteBuffer.wrap(copy);
            }
            if (Native.errno(errno) != Errno.EINTR) {
                throw new ErrnoException(action, Native.errno(errno));
            }
        }
    }

    private static void requireSuccess(NetlinkReply last, String action) throws IOException {
        int error = last.errno();
        if (error != 0) {
            String text = last.errorText().map(words -> " (" + words + ")").orElse("");
            throw new ErrnoException(action + text, error);
        }
    }

    private static final class Calls {
        private static final MethodHandle SOCKET =
                Native.libc("socket", FunctionDescriptor.of(Native.INT, Native.INT, Native.INT, Native.INT));
        private static final MethodHandle SETSOCKOPT = Native.libc(
                "setsockopt",
                FunctionDescriptor.of(Native.INT, Native.INT, Native.INT, Native.INT, Native.POINTER, Native.INT));
        private static final FunctionDescriptor TRANSFER =
                FunctionDescriptor.of(Native.LONG, Native.INT, Native.POINTER, Native.LONG, Native.INT);
        private static final MethodHandle SEND = Native.libc("send", TRANSFER);
        private static final MethodHandle RECV = Native.libc("recv", TRANSFER);
        private static final MethodHandle CLOSE = Native.libc("close", FunctionDescriptor.of(Native.INT, Native.INT));

        static int socket(MemorySegment errno, int protocol) {
            try {
                return (int) SOCKET.invokeExact(errno, AF_NETLINK, SOCK_RAW_CLOEXEC, protocol);
            } catch (Throwable impossible) {
                throw new AssertionError(impossible);
            }
        }

        /** Older kernels lack these two options; they only shorten and improve error messages. */
        static void setOption(MemorySegment errno, int socket, int option, MemorySegment value) {
            try {
                int ignored = (int) SETSOCKOPT.invokeExact(errno, socket, SOL_NETLINK, option, value, 4);
            } catch (Throwable impossible) {
                throw new AssertionError(impossible);
            }
        }

        static long send(MemorySegment errno, int socket, MemorySegment buffer, int length) {
            try {
                return (long) SEND.invokeExact(errno, socket, buffer, (long) length, 0);
            } catch (Throwable impossible) {
                throw new AssertionError(impossible);
            }
        }

        static long receive(MemorySegment errno, int socket, MemorySegment buffer, int flags) {
            try {
                return (long) RECV.invokeExact(errno, socket, buffer, buffer.byteSize(), flags);
            } catch (Throwable impossible) {
                throw new AssertionError(impossible);
            }
        }

        static void close(MemorySegment errno, int socket) {
            try {
                int ignored = (int) CLOSE.invokeExact(errno, socket);
            } catch (Throwable impossible) {
                throw new AssertionError(impossible);
            }
        }
    }
}
