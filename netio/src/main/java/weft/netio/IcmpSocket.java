package weft.netio;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Optional;

/**
 * The ICMP errors of one family that say that a packet was too big (RFC 792 and RFC 1191: type 3; RFC 4443: type 2): a
 * copy of each that comes to this host, after the kernel has gone by it; and a way to have the kernel go by one that has come
 * to another host. What is put in is known by its hop limit of 0, which nothing has that a router has passed on. Not blocking.
 * One thread may receive while another one injects. Needs CAP_NET_RAW.
 */
public final class IcmpSocket implements AutoCloseable {
    /** Longer ones are cut; an error of IPv6 has no more (RFC 4443, section 2.4 c). */
    private static final int MOST_BYTES = 1280;

    private static final int V4_TTL = 8;
    private static final int V6_FIRST = 0x6000_0000;
    private static final int V6_HOP_LIMIT = 7;
    private static final int INJECTED = 0;
    private static final int UNKNOWN = -1;

    private final Family family;
    private final int heard;
    private final int raw;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment in = arena.allocate(MOST_BYTES, 8);
    private final MemorySegment out = arena.allocate(MOST_BYTES, 8);
    private final MessageHeaders incoming = new MessageHeaders(1);
    private final MessageHeaders outgoing = new MessageHeaders(1);
    private final MemorySegment inErrno = Native.errnoSegment(arena);
    private final MemorySegment outErrno = Native.errnoSegment(arena);
    private long unknown;

    private IcmpSocket(Family family, int heard, int raw) {
        this.family = family;
        this.heard = heard;
        this.raw = raw;
        incoming.data(0, in.address(), MOST_BYTES);
    }

    /** @throws ErrnoException such as EPERM, where CAP_NET_RAW is missing */
    public static IcmpSocket open(Family family) throws IOException {
        try (Arena call = Arena.ofConfined()) {
            boolean v4 = family == Family.IPV4;
            int heard = socket(call, family, v4 ? SocketOptions.IPPROTO_ICMP : SocketOptions.IPPROTO_ICMPV6);
            try {
                if (v4) {
                    filter(call, heard, SocketOptions.SOL_RAW, ~(1 << SocketOptions.ICMP_DEST_UNREACH));
                } else {
                    int no = -1;
                    filter(
                            call,
                            heard,
                            SocketOptions.IPPROTO_ICMPV6,
                            ~(1 << SocketOptions.ICMPV6_PACKET_TOO_BIG),
                            no,
                            no,
                            no,
                            no,
                            no,
                            no,
                            no);
                    on(call, heard, SocketOptions.IPV6_RECVPKTINFO);
                    on(call, heard, SocketOptions.IPV6_RECVHOPLIMIT);
                }
                return new IcmpSocket(family, heard, socket(call, family, SocketOptions.IPPROTO_RAW));
            } catch (IOException e) {
                Posix.close(Native.errnoSegment(call), heard);
                throw e;
            }
        }
    }

    private static int socket(Arena call, Family family, int protocol) throws IOException {
        int fd = Posix.socket(
                Native.errnoSegment(call), family.number(), SocketOptions.SOCK_RAW_NONBLOCK_CLOEXEC, protocol);
        if (fd < 0) {
            throw new ErrnoException("raw socket for ICMP", -fd);
        }
        return fd;
    }

    /** One bit for each type that is not wanted. */
    private static void filter(Arena call, int fd, int level, int... blocked) throws IOException {
        set(call, fd, level, SocketOptions.ICMP_FILTER, call.allocateFrom(ValueLayout.JAVA_INT, blocked));
    }

    private static void on(Arena call, int fd, int option) throws IOException {
        set(call, fd, SocketOptions.IPPROTO_IPV6, option, call.allocateFrom(ValueLayout.JAVA_INT, 1));
    }

    private static void set(Arena call, int fd, int level, int option, MemorySegment value) throws IOException {
        int result =
                Posix.setsockopt(Native.errnoSegment(call), fd, level, option, value.address(), (int) value.byteSize());
        if (result < 0) {
            throw new ErrnoException("option of a raw socket", -result);
        }
    }

    /** To wait for. */
    public int fd() {
        return heard;
    }

    /**
     * Takes one that waits and was not {@link #inject injected}.
     *
     * @return a packet from the IP header on, whatever is in it; empty: none waits
     */
    public Optional<byte[]> receive() throws IOException {
        while (true) {
            incoming.rearm(0);
            int length = Posix.recvmsg(inErrno, heard, incoming.address(0), SocketOptions.MSG_DONTWAIT);
            if (length == -Errno.EAGAIN) {
                return Optional.empty();
            }
            if (length < 0 && length != -Errno.EINTR) {
                throw new ErrnoException("receive ICMP", -length);
            }
            int hopLimit = length > 0 ? hopLimit() : INJECTED;
            if (hopLimit == UNKNOWN) {
                unknown++;
            } else if (hopLimit != INJECTED) {
                return Optional.of(family == Family.IPV4 ? bytes(length) : withHeader(length));
            }
        }
    }

    /**
     * How many {@link #receive} has left out because the kernel did not tell their hop limit: they might have been injected, and
     * would go round. None, by the option that is set. For the thread that receives.
     */
    public long unknown() {
        return unknown;
    }

    private int hopLimit() {
        if (family == Family.IPV4) {
            return Wire.u8(in, V4_TTL);
        }
        long limit = incoming.control(0, SocketOptions.IPPROTO_IPV6, SocketOptions.IPV6_HOPLIMIT);
        return limit < 0 ? UNKNOWN : incoming.memory().get(ValueLayout.JAVA_INT, limit);
    }

    private byte[] bytes(int length) {
        return in.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    }

    /** An ICMPv6 socket gives the message alone. */
    private byte[] withHeader(int length) {
        int kept = Math.min(length, MOST_BYTES - Wire.V6_HEADER);
        byte[] packet = new byte[Wire.V6_HEADER + kept];
        MemorySegment whole = MemorySegment.ofArray(packet);
        Wire.i32(whole, 0, V6_FIRST);
        Wire.u16(whole, Wire.V6_PAYLOAD_LENGTH, kept);
        Wire.u8(whole, Wire.V6_NEXT_HEADER, SocketOptions.IPPROTO_ICMPV6);
        int address = family.addressSize();
        MemorySegment.copy(incoming.memory(), incoming.name(0) + 8, whole, 8, address);
        long to = incoming.control(0, SocketOptions.IPPROTO_IPV6, SocketOptions.IPV6_PKTINFO);
        if (to >= 0) {
            MemorySegment.copy(incoming.memory(), to, whole, 8 + address, address);
        }
        MemorySegment.copy(in, 0, whole, Wire.V6_HEADER, kept);
        return packet;
    }

    /**
     * Has the kernel go by an error as if it had come from the network.
     *
     * @param packet from the IP header on, to an address of this host
     * @throws IllegalArgumentException if it has not even an IP header, or more than 1280 bytes
     */
    public void inject(byte[] packet) throws IOException {
        int size = family.addressSize();
        int destination = family == Family.IPV4 ? Wire.V4_HEADER - size : Wire.V6_HEADER - size;
        if (packet.length < destination + size || packet.length > MOST_BYTES) {
            throw new IllegalArgumentException("no ICMP error has " + packet.length + " bytes");
        }
        UdpPath to = UdpPath.to(
                new InetSocketAddress(Family.address(Arrays.copyOfRange(packet, destination, destination + size)), 0));
        MemorySegment.copy(packet, 0, out, ValueLayout.JAVA_BYTE, 0, packet.length);
        Wire.u8(out, family == Family.IPV4 ? V4_TTL : V6_HOP_LIMIT, 0);
        outgoing.address(0, to, family == Family.IPV6, 0);
        outgoing.data(0, out.address(), packet.length);
        int result = Posix.sendmsg(outErrno, raw, outgoing.address(0), SocketOptions.MSG_DONTWAIT);
        if (result < 0) {
            throw new ErrnoException("inject ICMP", -result);
        }
    }

    /** When nobody uses it any more. */
    @Override
    public void close() {
        Posix.close(outErrno, heard);
        Posix.close(outErrno, raw);
        arena.close();
    }
}
