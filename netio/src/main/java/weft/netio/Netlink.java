package weft.netio;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.InetAddress;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Links, addresses, routes and policy rules of one network namespace: that of the thread which called {@link #open},
 * wherever later calls come from. Safe for several threads; requests wait for each other.
 *
 * <p>Every failure is an {@link ErrnoException} that names the action and carries the kernel's own words if it gave
 * any. Changes need CAP_NET_ADMIN.
 */
public final class Netlink implements AutoCloseable {
    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
    private static final int NETLINK_ROUTE = 0;
    private static final int SOL_NETLINK = 270;
    private static final int NETLINK_CAP_ACK = 10;
    private static final int NETLINK_EXT_ACK = 11;
    private static final int MSG_TRUNC = 0x20;

    /** The kernel fills at most 32 KiB of a reader's buffer with one datagram. */
    private static final int BUFFER_SIZE = 64 * 1024;

    private static final int DUMP_ATTEMPTS = 10;

    /** What a lookup answers when the tables hold no usable route (blackhole: EINVAL; prohibit: EACCES). */
    private static final Set<Integer> NO_ROUTE =
            Set.of(Errno.ENETUNREACH, Errno.EHOSTUNREACH, Errno.EINVAL, Errno.EACCES);

    private final Arena arena = Arena.ofShared();
    private final MemorySegment buffer = arena.allocate(BUFFER_SIZE);
    private final MemorySegment errno = Native.errnoSegment(arena);
    private final int socket;
    private int sequence;
    private boolean closed;

    private Netlink() throws ErrnoException {
        int opened = Calls.socket(errno);
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

    public static Netlink open() throws ErrnoException {
        return new Netlink();
    }

    /** @throws ErrnoException with ENODEV if there is no such interface */
    public int index(String link) throws IOException {
        return link(link).index();
    }

    public Link link(String name) throws IOException {
        return Rtnetlink.link(
                exchange(Rtnetlink.getLink(name), "find link " + name).getFirst());
    }

    public void up(String link) throws IOException {
        exchange(Rtnetlink.setUp(index(link), true), "set link " + link + " up");
    }

    public void down(String link) throws IOException {
        exchange(Rtnetlink.setUp(index(link), false), "set link " + link + " down");
    }

    /** @param mtu bytes */
    public void mtu(String link, int mtu) throws IOException {
        exchange(Rtnetlink.setMtu(index(link), mtu), "set mtu " + mtu + " of link " + link);
    }

    public void delete(String link) throws IOException {
        exchange(Rtnetlink.deleteLink(index(link)), "delete link " + link);
    }

    /** An IPv6 address is usable at once, without duplicate address detection. */
    public void add(String link, LinkAddress address) throws IOException {
        int flags = NetlinkRequest.CREATE | NetlinkRequest.EXCLUSIVE;
        NetlinkRequest request = Rtnetlink.address(Rtnetlink.NEW_ADDRESS, flags, index(link), address);
        exchange(request, "add address " + address + " to link " + link);
    }

    public void remove(String link, LinkAddress address) throws IOException {
        NetlinkRequest request = Rtnetlink.address(Rtnetlink.DELETE_ADDRESS, 0, index(link), address);
        exchange(request, "remove address " + address + " from link " + link);
    }

    public void add(Route route) throws IOException {
        exchange(Rtnetlink.addRoute(route), "add route " + route);
    }

    /** Removes the first route that has all of this one's properties; a metric of 0 and no next hop match any. */
    public void remove(Route route) throws IOException {
        exchange(Rtnetlink.removeRoute(route), "remove route " + route);
    }

    public void add(Rule rule) throws IOException {
        exchange(Rtnetlink.addRule(rule), "add rule " + rule);
    }

    public void remove(Rule rule) throws IOException {
        exchange(Rtnetlink.removeRule(rule), "remove rule " + rule);
    }

    public List<Link> links() throws IOException {
        List<Link> links = new ArrayList<>();
        for (NetlinkReply reply : exchange(Rtnetlink.links(), "list links")) {
            links.add(Rtnetlink.link(reply));
        }
        return links;
    }

    public List<LinkAddress> addresses(String link) throws IOException {
        int index = index(link);
        List<LinkAddress> addresses = new ArrayList<>();
        for (NetlinkReply reply : exchange(Rtnetlink.addresses(), "list addresses")) {
            Rtnetlink.address(reply, index).ifPresent(addresses::add);
        }
        return addresses;
    }

    /** Those of all tables and both families. */
    public List<Route> routes() throws IOException {
        List<Route> routes = new ArrayList<>();
        for (NetlinkReply reply : exchange(Rtnetlink.routes(), "list routes")) {
            Rtnetlink.route(reply).ifPresent(routes::add);
        }
        return routes;
    }

    /** Those that lead to a table, of both families, in the order in which they are asked. */
    public List<Rule> rules() throws IOException {
        List<Rule> rules = new ArrayList<>();
        for (Family family : Family.values()) {
            for (NetlinkReply reply : exchange(Rtnetlink.rules(family), "list rules")) {
                Rtnetlink.rule(reply).ifPresent(rules::add);
            }
        }
        return rules;
    }

    /**
     * Where a packet of this machine to that address would go, with the source address it would get.
     *
     * @param mark the socket's mark, 0 for none
     * @return empty if it would go nowhere
     */
    public Optional<Route> routeTo(InetAddress destination, int mark) throws IOException {
        try {
            String action = "find the route to " + destination.getHostAddress();
            return Rtnetlink.route(
                    exchange(Rtnetlink.routeTo(destination, mark), action).getFirst());
        } catch (ErrnoException failed) {
            if (NO_ROUTE.contains(failed.errno())) {
                return Optional.empty();
            }
            throw failed;
        }
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
    private synchronized List<NetlinkReply> exchange(NetlinkRequest request, String action) throws IOException {
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

        static int socket(MemorySegment errno) {
            try {
                return (int) SOCKET.invokeExact(errno, AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_ROUTE);
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
