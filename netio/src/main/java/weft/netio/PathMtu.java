package weft.netio;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.OptionalInt;

/** What the kernel knows of a path's MTU: that of the link which the route leaves by, or less where a router has said so. */
public final class PathMtu {
    private static final int V4_HEADERS = Wire.V4_HEADER + Wire.UDP_HEADER;
    private static final int V6_HEADERS = Wire.V6_HEADER + Wire.UDP_HEADER;

    private PathMtu() {}

    /**
     * The longest UDP payload, in bytes, that goes to this path's remote in one packet; empty where no route leads. A few
     * system calls: not for each packet.
     */
    public static OptionalInt payload(UdpPath path) {
        boolean v6 = !path.isV4();
        try (Arena call = Arena.ofConfined()) {
            MemorySegment errno = Native.errnoSegment(call);
            int family = v6 ? SocketOptions.AF_INET6 : SocketOptions.AF_INET;
            int fd = Posix.socket(errno, family, SocketOptions.SOCK_DGRAM_NONBLOCK_CLOEXEC);
            if (fd < 0) {
                return OptionalInt.empty();
            }
            MemorySegment name = call.allocate(SocketOptions.SOCKADDR_IN6, 8);
            MemorySegment mtu = call.allocate(ValueLayout.JAVA_INT);
            MemorySegment length = call.allocateFrom(ValueLayout.JAVA_INT, Integer.BYTES);
            int result = Posix.connect(errno, fd, name.address(), path.writeRemote(name, 0, v6));
            if (result >= 0) {
                result = Posix.getsockopt(
                        errno,
                        fd,
                        v6 ? SocketOptions.IPPROTO_IPV6 : SocketOptions.IPPROTO_IP,
                        v6 ? SocketOptions.IPV6_MTU : SocketOptions.IP_MTU,
                        mtu.address(),
                        length.address());
            }
            Posix.close(errno, fd);
            return result < 0
                    ? OptionalInt.empty()
                    : OptionalInt.of(mtu.get(ValueLayout.JAVA_INT, 0) - (v6 ? V6_HEADERS : V4_HEADERS));
        }
    }
}
