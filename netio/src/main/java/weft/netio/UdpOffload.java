package weft.netio;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Finds out what the kernel can do for UDP. */
final class UdpOffload {
    /** UDP_MAX_SEGMENTS: 64, and 128 since Linux 6.11. */
    private static final int FEW = 64;

    private static final int MANY = 128;

    private UdpOffload() {}

    /** Turns UDP_GRO on and sees that UDP_SEGMENT is known; empty: both are, else the reason why not. */
    static String enable(MemorySegment errno, int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocateFrom(ValueLayout.JAVA_INT, 0);
            int segment = set(errno, fd, SocketOptions.UDP_SEGMENT, value);
            if (segment < 0) {
                return "the kernel has no UDP_SEGMENT (" + Errno.text(-segment) + ")";
            }
            value.set(ValueLayout.JAVA_INT, 0, 1);
            int gro = set(errno, fd, SocketOptions.UDP_GRO, value);
            return gro < 0 ? "the kernel has no UDP_GRO (" + Errno.text(-gro) + ")" : "";
        }
    }

    /**
     * Sees that recvmmsg and sendmmsg are known: they came with Linux 2.6.33 and 3.0, and sandboxes may have one alone.
     * Empty: both are, else the reason why not.
     */
    static String batches(MemorySegment errno, int fd) {
        if (Posix.recvmmsg(errno, fd, 0, 0, SocketOptions.MSG_DONTWAIT) == -Errno.ENOSYS) {
            return "the kernel has no recvmmsg";
        }
        return Posix.sendmmsg(errno, fd, 0, 0, SocketOptions.MSG_DONTWAIT) == -Errno.ENOSYS
                ? "the kernel has no sendmmsg"
                : "";
    }

    /** Segments that the kernel takes in one message: tried on loopback, since nothing tells. */
    static int mostSegments() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = Native.errnoSegment(arena);
            int fd = Posix.socket(errno, SocketOptions.AF_INET, SocketOptions.SOCK_DGRAM_NONBLOCK_CLOEXEC);
            if (fd < 0) {
                return FEW;
            }
            try {
                return takes(arena, errno, fd, MANY) ? MANY : FEW;
            } finally {
                Posix.close(errno, fd);
            }
        }
    }

    private static boolean takes(Arena arena, MemorySegment errno, int fd, int segments) {
        MemorySegment name = arena.allocate(SocketOptions.SOCKADDR_IN6, 8);
        MemorySegment length = arena.allocateFrom(ValueLayout.JAVA_INT, SocketOptions.SOCKADDR_IN);
        UdpPath.to(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0)).writeRemote(name, 0, false);
        if (Posix.bind(errno, fd, name.address(), SocketOptions.SOCKADDR_IN) < 0
                || Posix.getsockname(errno, fd, name.address(), length.address()) < 0) {
            return false;
        }
        UdpPath self = UdpPath.to(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), Wire.u16(name, 2)));
        MessageHeaders one = new MessageHeaders(1);
        one.address(0, self, false, 1);
        one.data(0, arena.allocate(segments).address(), segments);
        return Posix.sendmsg(errno, fd, one.address(0), SocketOptions.MSG_NOSIGNAL) == segments;
    }

    private static int set(MemorySegment errno, int fd, int option, MemorySegment value) {
        return Posix.setsockopt(errno, fd, SocketOptions.SOL_UDP, option, value.address(), Integer.BYTES);
    }
}
