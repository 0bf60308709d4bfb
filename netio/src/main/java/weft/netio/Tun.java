package weft.netio;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A TUN device (Linux Documentation/networking/tuntap.rst), or one queue of it: IP packets without a link header, non-blocking.
 *
 * <p>With offload every frame carries a {@link VnetHeader}, the kernel hands over TCP and UDP super-packets of up to 64 KB,
 * and takes such. Read by one {@link TunReader}, and written by one {@link TunWriter} or several, each on a thread of its own
 * if wanted: the kernel takes frames of several threads side by side. A device that was not made persistent vanishes with
 * its last descriptor. Close it when the threads that use it have stopped.
 */
public final class Tun implements AutoCloseable {
    private static final int O_RDWR = 2;
    private static final int O_NONBLOCK = 0x800;
    private static final int O_CLOEXEC = 0x80000;
    private static final int F_GETFL = 3;
    private static final int F_SETFL = 4;

    private static final long TUNSETIFF = 0x4004_54ca;
    private static final long TUNSETOFFLOAD = 0x4004_54d0;
    private static final long TUNGETIFF = 0x8004_54d2;
    private static final long TUNSETVNETHDRSZ = 0x4004_54d8;

    private static final int IFF_TUN = 0x0001;
    private static final int IFF_NO_PI = 0x1000;
    private static final int IFF_MULTI_QUEUE = 0x0100;
    private static final int IFF_VNET_HDR = 0x4000;

    private static final int CHECKSUM = 0x01;
    private static final int TSO = 0x06;
    private static final int USO = 0x60;

    /** struct ifreq: the name, then a union; the flags are its first two bytes. */
    private static final int IFREQ = 40;

    private static final int NAME = 16;

    private final int fd;
    private final String name;
    private final boolean vnetHeader;
    private final boolean wanted;
    private final int offloads;
    private final AtomicLong dropped = new AtomicLong();
    private boolean closed;

    private Tun(int fd, String name, boolean vnetHeader, boolean wanted, int offloads) {
        this.fd = fd;
        this.name = name;
        this.vnetHeader = vnetHeader;
        this.wanted = wanted;
        this.offloads = offloads;
    }

    /**
     * Makes the device, or attaches to a persistent one.
     *
     * @param name at most 15 bytes; {@code %d} stands for the first free number
     * @param offload wanted; {@link #offload()} says whether it was had
     * @throws ErrnoException EPERM without CAP_NET_ADMIN, EBUSY if another process has it, ENOENT or EACCES if
     *     {@code /dev/net/tun} cannot be opened
     */
    public static Tun open(String name, boolean offload) throws IOException {
        return open(name, offload, 0);
    }

    /** As {@link #open}, on a device of several queues: each further call with the same name opens another. */
    public static Tun openQueue(String name, boolean offload) throws IOException {
        return open(name, offload, IFF_MULTI_QUEUE);
    }

    /**
     * Takes over a descriptor of a TUN that a parent opened. Whether its frames carry a {@link VnetHeader} is asked of the
     * kernel; what it offloads is left as the parent set it.
     *
     * @throws IOException if it is no TUN, or one with packet information headers (IFF_NO_PI not set)
     */
    public static Tun adopt(int fd) throws IOException {
        return adopt(fd, false);
    }

    /** As {@link #adopt(int)}, and asks for all offloads if the frames carry a {@link VnetHeader}. */
    public static Tun adopt(int fd, boolean offload) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = Native.errnoSegment(arena);
            MemorySegment ifreq = arena.allocate(IFREQ, 8);
            check("TUNGETIFF on descriptor " + fd, Posix.ioctl(errno, fd, TUNGETIFF, ifreq.address()));
            int flags = ifreq.get(ValueLayout.JAVA_SHORT, NAME) & 0xffff;
            if ((flags & IFF_TUN) == 0 || (flags & IFF_NO_PI) == 0) {
                throw new IOException(
                        "descriptor " + fd + " is not a TUN without packet information (IFF_TUN|IFF_NO_PI)");
            }
            int status = check("F_GETFL", Posix.fcntl(errno, fd, F_GETFL, 0));
            check("F_SETFL", Posix.fcntl(errno, fd, F_SETFL, status | O_NONBLOCK));
            return ready(arena, errno, fd, ifreq, offload && (flags & IFF_VNET_HDR) != 0);
        }
    }

    private static Tun open(String name, boolean offload, int moreFlags) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = Native.errnoSegment(arena);
            MemorySegment path = arena.allocateFrom("/dev/net/tun");
            MemorySegment ifreq = arena.allocate(IFREQ, 8);
            MemorySegment text = arena.allocateFrom(name);
            if (text.byteSize() > NAME) {
                throw new IllegalArgumentException("an interface name has at most 15 bytes: " + name);
            }
            ifreq.copyFrom(text);
            int fd = check("open /dev/net/tun", Posix.open(errno, path, O_RDWR | O_NONBLOCK | O_CLOEXEC));
            try {
                int plain = IFF_TUN | IFF_NO_PI | moreFlags;
                int result = attach(errno, fd, ifreq, offload ? plain | IFF_VNET_HDR : plain);
                if (offload && result == -Errno.EINVAL) {
                    result = attach(errno, fd, ifreq, plain);
                }
                check("make TUN " + name, result);
                return ready(arena, errno, fd, ifreq, offload);
            } catch (IOException e) {
                Posix.close(errno, fd);
                throw e;
            }
        }
    }

    /** A kernel that does not know one of the flags says EINVAL. */
    private static int attach(MemorySegment errno, int fd, MemorySegment ifreq, int flags) {
        ifreq.set(ValueLayout.JAVA_SHORT, NAME, (short) flags);
        return Posix.ioctl(errno, fd, TUNSETIFF, ifreq.address());
    }

    private static Tun ready(Arena arena, MemorySegment errno, int fd, MemorySegment ifreq, boolean offload)
            throws IOException {
        boolean vnetHeader = (ifreq.get(ValueLayout.JAVA_SHORT, NAME) & IFF_VNET_HDR) != 0;
        int offloads = 0;
        if (vnetHeader) {
            MemorySegment size = arena.allocateFrom(ValueLayout.JAVA_INT, VnetHeader.SIZE);
            check("TUNSETVNETHDRSZ", Posix.ioctl(errno, fd, TUNSETVNETHDRSZ, size.address()));
            offloads = offload ? mostOffloads(errno, fd) : 0;
        }
        return new Tun(fd, ifreq.getString(0), vnetHeader, offload, offloads);
    }

    /** USO came with Linux 6.2, and only for both families at once. */
    private static int mostOffloads(MemorySegment errno, int fd) {
        for (int wanted : new int[] {CHECKSUM | TSO | USO, CHECKSUM | TSO, CHECKSUM}) {
            if (Posix.ioctl(errno, fd, TUNSETOFFLOAD, wanted) >= 0) {
                return wanted;
            }
        }
        return 0;
    }

    private static int check(String action, int result) throws ErrnoException {
        if (result < 0) {
            throw new ErrnoException(action, -result);
        }
        return result;
    }

    public String name() {
        return name;
    }

    public int fd() {
        return fd;
    }

    /** Whether TCP super-packets go both ways. */
    public boolean offload() {
        return (offloads & TSO) != 0;
    }

    /** Packets that the kernel refused: the device was down, or the packet made no sense to it. */
    public long dropped() {
        return dropped.get();
    }

    /** What was chosen, for people. */
    public String describe() {
        if (!vnetHeader) {
            return name + ": one packet a call ("
                    + (wanted ? "the kernel has no vnet header for TUN" : "no vnet header") + ")";
        }
        return switch (offloads) {
            case CHECKSUM | TSO | USO -> name + ": TCP and UDP segmentation offload";
            case CHECKSUM | TSO -> name + ": TCP segmentation offload (the kernel has no UDP offload for TUN)";
            case CHECKSUM -> name + ": checksum offload (the kernel refused segmentation offload)";
            default ->
                name + ": vnet header, "
                        + (wanted ? "no offload (the kernel refused all)" : "offload as it was set before");
        };
    }

    /** Idempotent. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            try (Arena arena = Arena.ofConfined()) {
                Posix.close(Native.errnoSegment(arena), fd);
            }
        }
    }

    boolean vnetHeader() {
        return vnetHeader;
    }

    boolean splitsUdp() {
        return (offloads & USO) != 0;
    }

    void countDropped(int packets) {
        dropped.addAndGet(packets);
    }
}
