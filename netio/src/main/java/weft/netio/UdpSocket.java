package weft.netio;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A non-blocking UDP socket that moves datagrams in batches and knows the local address of each.
 *
 * <p>Three ways, the best that the kernel has, chosen at open and told by {@link #describe}: UDP_GRO and UDP_SEGMENT within
 * recvmmsg and sendmmsg; these alone; one datagram a call. A {@link ReceiveBatch} or {@link SendBatch} belongs to one thread,
 * but several threads may use one socket. Close it when they have stopped.
 */
public final class UdpSocket implements AutoCloseable {
    /** How long {@link SendBatch#flush} waits for room in the send buffer before it drops. */
    public static final int SEND_PATIENCE_MILLIS = 10;

    /** Errors that ICMP left on the socket, taken one at a time by receiving. */
    private static final int MOST_PENDING_ERRORS = 64;

    private static final String NOT_WANTED = "not wanted";

    private final int fd;
    private final boolean v6;
    private final boolean single;
    private final int mostSegments;
    private final String whyNoOffload;
    private final MessageHeaders one = new MessageHeaders(1);
    private final MemorySegment oneErrno = Native.errnoSegment(Arena.ofAuto());
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private volatile boolean offload;
    private volatile boolean offloadFailed;
    private boolean closed;

    private UdpSocket(int fd, boolean v6, boolean single, String whyNoOffload) {
        this.fd = fd;
        this.v6 = v6;
        this.single = single;
        this.whyNoOffload = whyNoOffload;
        offload = whyNoOffload.isEmpty();
        mostSegments = offload ? UdpOffload.mostSegments() : 1;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Whether UDP_GRO and UDP_SEGMENT are in use. */
    public boolean offload() {
        return offload;
    }

    /** What was chosen and why not better, for people. */
    public String describe() {
        if (offload) {
            return "UDP_GRO and UDP_SEGMENT (" + mostSegments + " segments), recvmmsg and sendmmsg";
        }
        String why = offloadFailed ? "a device on the way refused segments" : whyNoOffload;
        return (single ? "one datagram a call" : "recvmmsg and sendmmsg") + ", no segmentation offload: " + why;
    }

    public InetSocketAddress localAddress() {
        try (Arena call = Arena.ofConfined()) {
            MemorySegment name = call.allocate(SocketOptions.SOCKADDR_IN6, 8);
            MemorySegment length = call.allocateFrom(ValueLayout.JAVA_INT, SocketOptions.SOCKADDR_IN6);
            Posix.getsockname(Native.errnoSegment(call), fd, name.address(), length.address());
            int port = Wire.u16(name, 2);
            if (v6) {
                return new UdpPath(Wire.i64(name, 8), Wire.i64(name, 16), port, 0, 0, 0).remote();
            }
            return new UdpPath(0, UdpPath.mapped(Wire.i32(name, 4)), port, 0, 0, 0).remote();
        }
    }

    public int fd() {
        return fd;
    }

    /** Datagrams that left by {@link SendBatch#flush} and {@link #send}. */
    public long sent() {
        return sent.get();
    }

    /** Datagrams that did not: the send buffer stayed full, or the kernel refused them. */
    public long dropped() {
        return dropped.get();
    }

    /** Marks all further datagrams (SO_MARK), for policy routing. Needs CAP_NET_ADMIN. */
    public void mark(int fwmark) throws IOException {
        try (Arena call = Arena.ofConfined()) {
            option(call, fd, SocketOptions.SOL_SOCKET, SocketOptions.SO_MARK, fwmark, "SO_MARK");
        }
    }

    /** Others of this user may bind to its port from now on: those of its {@link UdpGroup}. */
    void sharePort() throws IOException {
        try (Arena call = Arena.ofConfined()) {
            option(call, fd, SocketOptions.SOL_SOCKET, SocketOptions.SO_REUSEPORT, 1, "SO_REUSEPORT");
        }
    }

    /**
     * Receives what waits, as many messages as fit.
     *
     * @return the messages; 0: none waits
     * @throws ErrnoException what is no fault of the network's
     */
    public int receive(ReceiveBatch into) throws IOException {
        for (int i = 0; i < MOST_PENDING_ERRORS; i++) {
            int result = into.receive(fd, v6, single);
            if (result >= 0) {
                return result;
            }
            switch (-result) {
                case Errno.EAGAIN -> {
                    return 0;
                }
                case Errno.EINTR,
                        Errno.ECONNREFUSED,
                        Errno.EHOSTUNREACH,
                        Errno.ENETUNREACH,
                        Errno.EHOSTDOWN,
                        Errno.ENETDOWN,
                        Errno.EMSGSIZE -> {}
                default -> throw new ErrnoException("receive", -result);
            }
        }
        return 0;
    }

    /**
     * Sends one datagram. From any thread; not for the packet path, where {@link SendBatch} is.
     *
     * @param from in native memory
     * @return false: the send buffer is full; dropped and counted
     * @throws ErrnoException as {@link SendBatch#flush}
     */
    public boolean send(MemorySegment from, long at, int length, UdpPath to) throws IOException {
        int result;
        try {
            result = sendOne(from.address() + at, length, to);
        } finally {
            Reference.reachabilityFence(from);
        }
        count(result > 0 ? 1 : 0, result > 0 ? 0 : 1);
        if (result < 0 && result != -Errno.EAGAIN) {
            throw new ErrnoException("send", -result);
        }
        return result > 0;
    }

    /** Idempotent. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            try (Arena call = Arena.ofConfined()) {
                Posix.close(Native.errnoSegment(call), fd);
            }
        }
    }

    private int sendOne(long address, int length, UdpPath to) {
        synchronized (one) {
            if (!one.address(0, to, v6, 0)) {
                return -Errno.EAFNOSUPPORT;
            }
            one.data(0, address, length);
            int result;
            do {
                result = send(oneErrno, one, 0, 1);
            } while (result == -Errno.EINTR);
            return result;
        }
    }

    boolean isV6() {
        return v6;
    }

    int mostSegments() {
        return mostSegments;
    }

    void giveUpOffload() {
        offloadFailed = true;
        offload = false;
    }

    void count(int sentNow, int droppedNow) {
        if (sentNow > 0) {
            sent.addAndGet(sentNow);
        }
        if (droppedNow > 0) {
            dropped.addAndGet(droppedNow);
        }
    }

    /** Messages taken, at least one, or the negated errno of the first. */
    int send(MemorySegment errno, MessageHeaders headers, int first, int count) {
        int flags = SocketOptions.MSG_DONTWAIT | SocketOptions.MSG_NOSIGNAL;
        if (!single) {
            return Posix.sendmmsg(errno, fd, headers.address(first), count, flags);
        }
        int result = Posix.sendmsg(errno, fd, headers.address(first), flags);
        return result < 0 ? result : 1;
    }

    private static void option(Arena call, int fd, int level, int option, int value, String what) throws IOException {
        int result = set(call, fd, level, option, value);
        if (result < 0) {
            throw new ErrnoException(what, -result);
        }
    }

    static int set(Arena call, int fd, int level, int option, int value) {
        MemorySegment memory = call.allocateFrom(ValueLayout.JAVA_INT, value);
        return Posix.setsockopt(Native.errnoSegment(call), fd, level, option, memory.address(), Integer.BYTES);
    }

    /** What a socket shall be. */
    public static final class Builder {
        private InetSocketAddress address = new InetSocketAddress(InetAddress.ofLiteral("::"), 0);
        private boolean offload = true;
        private boolean batches = true;
        private boolean reusePort;
        private boolean freeBind;
        private int mark;
        private int receiveBuffer;
        private int sendBuffer;

        private Builder() {}

        /** Where to receive; {@code [::]} means both families. The default is {@code [::]} and a port of the kernel's choice. */
        public Builder bind(InetSocketAddress local) {
            this.address = local;
            return this;
        }

        /** The same address, with its scope, and this port. */
        Builder port(int number) {
            return bind(new InetSocketAddress(address.getAddress(), number));
        }

        /** Whether UDP_GRO and UDP_SEGMENT are wanted; they are unless told otherwise. */
        public Builder offload(boolean wanted) {
            this.offload = wanted;
            return this;
        }

        /** SO_MARK; 0 for none. */
        public Builder mark(int fwmark) {
            this.mark = fwmark;
            return this;
        }

        /** SO_REUSEPORT: several sockets on one port, of one user. */
        public Builder reusePort(boolean reuse) {
            this.reusePort = reuse;
            return this;
        }

        /** IP_FREEBIND: binds to, and answers from, addresses that are not on this host (yet). */
        public Builder freeBind(boolean free) {
            this.freeBind = free;
            return this;
        }

        /** Bytes; beyond net.core.rmem_max only with CAP_NET_ADMIN. 0 leaves the system's default. */
        public Builder receiveBuffer(int bytes) {
            this.receiveBuffer = bytes;
            return this;
        }

        /** Bytes; beyond net.core.wmem_max only with CAP_NET_ADMIN. 0 leaves the system's default. */
        public Builder sendBuffer(int bytes) {
            this.sendBuffer = bytes;
            return this;
        }

        /** Neither offloads nor recvmmsg and sendmmsg, as on a kernel that has none of them. */
        public Builder oneDatagramACall() {
            this.batches = false;
            this.offload = false;
            return this;
        }

        /**
         * @throws ErrnoException such as EADDRINUSE, EADDRNOTAVAIL, EAFNOSUPPORT (a host without IPv6: bind to
         *     {@code 0.0.0.0}), EPERM for a mark
         */
        public UdpSocket open() throws IOException {
            boolean v6 = address.getAddress() instanceof Inet6Address;
            try (Arena call = Arena.ofConfined()) {
                MemorySegment errno = Native.errnoSegment(call);
                int family = v6 ? SocketOptions.AF_INET6 : SocketOptions.AF_INET;
                int fd = Posix.socket(errno, family, SocketOptions.SOCK_DGRAM_NONBLOCK_CLOEXEC);
                if (fd < 0) {
                    throw new ErrnoException(v6 ? "IPv6 UDP socket" : "IPv4 UDP socket", -fd);
                }
                try {
                    configure(call, fd, v6);
                    bind(call, errno, fd, v6);
                    return finish(errno, fd, v6);
                } catch (IOException e) {
                    Posix.close(errno, fd);
                    throw e;
                }
            }
        }

        private void configure(Arena call, int fd, boolean v6) throws IOException {
            if (v6) {
                int only = address.getAddress().isAnyLocalAddress() ? 0 : 1;
                option(call, fd, SocketOptions.IPPROTO_IPV6, SocketOptions.IPV6_V6ONLY, only, "IPV6_V6ONLY");
                option(call, fd, SocketOptions.IPPROTO_IPV6, SocketOptions.IPV6_RECVPKTINFO, 1, "IPV6_RECVPKTINFO");
            } else {
                option(call, fd, SocketOptions.IPPROTO_IP, SocketOptions.IP_PKTINFO, 1, "IP_PKTINFO");
            }
            if (freeBind) {
                option(call, fd, SocketOptions.IPPROTO_IP, SocketOptions.IP_FREEBIND, 1, "IP_FREEBIND");
            }
            if (reusePort) {
                option(call, fd, SocketOptions.SOL_SOCKET, SocketOptions.SO_REUSEPORT, 1, "SO_REUSEPORT");
            }
            if (mark != 0) {
                option(call, fd, SocketOptions.SOL_SOCKET, SocketOptions.SO_MARK, mark, "SO_MARK");
            }
            buffer(call, fd, SocketOptions.SO_RCVBUFFORCE, SocketOptions.SO_RCVBUF, receiveBuffer);
            buffer(call, fd, SocketOptions.SO_SNDBUFFORCE, SocketOptions.SO_SNDBUF, sendBuffer);
        }

        private static void buffer(Arena call, int fd, int force, int plain, int bytes) {
            if (bytes > 0 && set(call, fd, SocketOptions.SOL_SOCKET, force, bytes) < 0) {
                set(call, fd, SocketOptions.SOL_SOCKET, plain, bytes);
            }
        }

        private void bind(Arena call, MemorySegment errno, int fd, boolean v6) throws IOException {
            MemorySegment name = call.allocate(SocketOptions.SOCKADDR_IN6, 8);
            int length = UdpPath.to(address).writeRemote(name, 0, v6);
            int result = Posix.bind(errno, fd, name.address(), length);
            if (result < 0) {
                throw new ErrnoException("bind UDP " + address, -result);
            }
        }

        /** Offload is of use within batches only. */
        private UdpSocket finish(MemorySegment errno, int fd, boolean v6) {
            String whyNoBatches = batches ? UdpOffload.batches(errno, fd) : NOT_WANTED;
            boolean single = !whyNoBatches.isEmpty();
            String whyNoOffload = single ? whyNoBatches : offload ? UdpOffload.enable(errno, fd) : NOT_WANTED;
            return new UdpSocket(fd, v6, single, whyNoOffload);
        }
    }
}
