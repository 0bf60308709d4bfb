package weft.netio;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** The two address families, with Linux's numbers for them. */
public enum Family {
    IPV4(2, 4),
    IPV6(10, 16);

    private final int number;
    private final int addressSize;

    Family(int number, int addressSize) {
        this.number = number;
        this.addressSize = addressSize;
    }

    public static Family of(InetAddress address) {
        return address instanceof Inet4Address ? IPV4 : IPV6;
    }

    /**
     * Whether the calling thread's network namespace gives out sockets of it. A kernel started without IPv6 does not, while
     * one where IPv6 is only turned off does: its IPv6 sockets serve IPv4.
     */
    public boolean isSupported() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = Native.errnoSegment(arena);
            int fd = Posix.socket(errno, number, SocketOptions.SOCK_DGRAM_NONBLOCK_CLOEXEC);
            if (fd >= 0) {
                Posix.close(errno, fd);
            }
            return fd != -Errno.EAFNOSUPPORT;
        }
    }

    /** AF_INET or AF_INET6. */
    int number() {
        return number;
    }

    /** An address from its bytes. An IPv4-mapped one stays IPv6, which {@link InetAddress#getByAddress} would undo. */
    static InetAddress address(byte[] bytes) {
        try {
            return bytes.length == IPV6.addressSize
                    ? Inet6Address.getByAddress(null, bytes, -1)
                    : InetAddress.getByAddress(bytes);
        } catch (UnknownHostException wrongLength) {
            throw new IllegalArgumentException(wrongLength);
        }
    }

    /** Bytes of an address. */
    public int addressSize() {
        return addressSize;
    }
}
