package weft.netio;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a datagram came from and to which local address it came. A reply along it leaves from that local address
 * (IP_PKTINFO, RFC 3542 section 6), which matters on hosts with several and always on an anycast address.
 *
 * <p>IPv4 is held as IPv4-mapped IPv6 (RFC 4291 section 2.5.5.2) and shown as IPv4, so that paths learnt from a dual-stack
 * socket and from an IPv4 socket are equal.
 */
public final class UdpPath {
    private static final long MAPPED = 0xffffL << 32;

    private final long high;
    private final long low;
    private final int port;
    /** Interface index; only of a link-local remote address, else 0. */
    private final int scope;

    private final long localHigh;
    private final long localLow;

    UdpPath(long high, long low, int port, int scope, long localHigh, long localLow) {
        this.high = high;
        this.low = low;
        this.port = port;
        this.scope = scope;
        this.localHigh = localHigh;
        this.localLow = localLow;
    }

    /**
     * A path on which the kernel picks the source.
     *
     * @throws IllegalArgumentException if the address is not resolved
     */
    public static UdpPath to(InetSocketAddress remote) {
        InetAddress address = remote.getAddress();
        if (address == null) {
            throw new IllegalArgumentException("not resolved: " + remote);
        }
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        if (bytes.remaining() == 4) {
            return new UdpPath(0, mapped(bytes.getInt()), remote.getPort(), 0, 0, 0);
        }
        int scope = address.isLinkLocalAddress() && address instanceof Inet6Address v6 ? v6.getScopeId() : 0;
        return new UdpPath(bytes.getLong(), bytes.getLong(), remote.getPort(), scope, 0, 0);
    }

    /** From its numbers, as the accessors below give them. */
    public static UdpPath of(long high, long low, int port, long localHigh, long localLow) {
        return new UdpPath(high, low, port, 0, localHigh, localLow);
    }

    public InetSocketAddress remote() {
        return new InetSocketAddress(address(high, low, scope), port);
    }

    /** The local address that datagrams on this path arrive at and leave from; empty: the kernel picks. */
    public Optional<InetAddress> local() {
        return (localHigh | localLow) == 0 ? Optional.empty() : Optional.of(address(localHigh, localLow, 0));
    }

    /** The same remote, with the source left to the kernel: after its local address has gone. */
    public UdpPath anySource() {
        return new UdpPath(high, low, port, scope, 0, 0);
    }

    /** The same remote, from this local address. */
    public UdpPath from(InetAddress local) {
        UdpPath source = to(new InetSocketAddress(local, 0));
        return new UdpPath(high, low, port, scope, source.high, source.low);
    }

    /** Remote address, then port, in network byte order: 6 or 18 bytes. */
    public byte[] remoteBytes() {
        return isV4()
                ? ByteBuffer.allocate(6)
                        .putInt((int) low)
                        .putShort((short) port)
                        .array()
                : ByteBuffer.allocate(18)
                        .putLong(high)
                        .putLong(low)
                        .putShort((short) port)
                        .array();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof UdpPath path
                && is(path.high, path.low, path.port, path.scope, path.localHigh, path.localLow);
    }

    @Override
    public int hashCode() {
        long mixed = ((high * 31 + low) * 31 + port) * 31 + scope;
        return Long.hashCode((mixed * 31 + localHigh) * 31 + localLow);
    }

    /** For people; holds addresses, which are not for logs above DEBUG. */
    @Override
    public String toString() {
        return remote()
                + local().map(address -> " from " + address.getHostAddress()).orElse("");
    }

    static long mapped(int v4) {
        return MAPPED | (v4 & 0xffff_ffffL);
    }

    boolean is(long otherHigh, long otherLow, int otherPort, int otherScope, long otherLocalHigh, long otherLocalLow) {
        return low == otherLow
                && port == otherPort
                && high == otherHigh
                && localLow == otherLocalLow
                && localHigh == otherLocalHigh
                && scope == otherScope;
    }

    boolean isRemote(long otherHigh, long otherLow, int otherPort) {
        return low == otherLow && high == otherHigh && port == otherPort;
    }

    public boolean isV4() {
        return isMapped(high, low);
    }

    /** Of the remote address, as of an IPv6 header: the first eight bytes. */
    public long high() {
        return high;
    }

    /** The last eight. */
    public long low() {
        return low;
    }

    /** The remote's. */
    public int port() {
        return port;
    }

    /** Of the local address; 0 with {@link #localLow} 0 where the kernel picks. */
    public long localHigh() {
        return localHigh;
    }

    public long localLow() {
        return localLow;
    }

    boolean hasSource() {
        return (localHigh | localLow) != 0;
    }

    /** Writes the remote as a sockaddr of the socket's family; 0: an IPv4 socket cannot reach it. */
    int writeRemote(MemorySegment to, long at, boolean v6Socket) {
        Wire.u16(to, at + 2, port);
        if (!v6Socket) {
            to.set(ValueLayout.JAVA_SHORT, at, (short) SocketOptions.AF_INET);
            Wire.i32(to, at + 4, (int) low);
            Wire.i64(to, at + 8, 0);
            return isV4() ? SocketOptions.SOCKADDR_IN : 0;
        }
        to.set(ValueLayout.JAVA_SHORT, at, (short) SocketOptions.AF_INET6);
        Wire.i32(to, at + 4, 0);
        Wire.i64(to, at + 8, high);
        Wire.i64(to, at + 16, low);
        to.set(ValueLayout.JAVA_INT, at + 24, scope);
        return SocketOptions.SOCKADDR_IN6;
    }

    /** Writes the source as the data of an in_pktinfo or in6_pktinfo; its length. */
    int writeSource(MemorySegment to, long at, boolean v6Socket) {
        if (!v6Socket) {
            to.set(ValueLayout.JAVA_INT, at, 0);
            Wire.i32(to, at + 4, (int) localLow);
            Wire.i32(to, at + 8, 0);
            return 12;
        }
        Wire.i64(to, at, localHigh);
        Wire.i64(to, at + 8, localLow);
        to.set(ValueLayout.JAVA_INT, at + 16, scope);
        return 20;
    }

    static boolean isMapped(long high, long low) {
        return high == 0 && low >>> 32 == 0xffff;
    }

    private static InetAddress address(long high, long low, int scope) {
        try {
            if (isMapped(high, low)) {
                return InetAddress.getByAddress(
                        ByteBuffer.allocate(4).putInt((int) low).array());
            }
            byte[] bytes = ByteBuffer.allocate(16).putLong(high).putLong(low).array();
            return scope == 0 ? InetAddress.getByAddress(bytes) : Inet6Address.getByAddress(null, bytes, scope);
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
