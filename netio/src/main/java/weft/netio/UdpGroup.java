package weft.netio;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Sockets on one address and port, among which a {@link SteeringProgram} deals out what arrives: one for each thread that
 * receives (SO_REUSEPORT, SO_ATTACH_REUSEPORT_CBPF; socket(7)).
 *
 * <p>A socket's place in the group is the order of binding. When one is closed the last one moves to its place, so a group is
 * opened together and closed together, and what arrives while it closes may come to a wrong place. For the same reason the first socket is bound without SO_REUSEPORT: where somebody
 * has the port, as another group of ours, it is taken as it is for a single socket, rather than joined.
 */
public final class UdpGroup {
    private UdpGroup() {}

    /**
     * Opens so many sockets, the place of each in the group being its place in the list.
     *
     * @param socket what each shall be; port 0 gives all of them the one that the kernel picks for the first
     * @throws ErrnoException as {@link UdpSocket.Builder#open}, and what {@link #whyNot} tells beforehand
     */
    public static List<UdpSocket> open(UdpSocket.Builder socket, int count, SteeringProgram program)
            throws IOException {
        List<UdpSocket> group = new ArrayList<>();
        try (Unfinished opened = new Unfinished()) {
            UdpSocket first = opened.add(socket.open());
            group.add(first);
            first.sharePort();
            socket.port(first.localAddress().getPort()).reusePort(true);
            while (group.size() < count) {
                group.add(opened.add(socket.open()));
            }
            int attached = program.attach(first.fd());
            if (attached < 0) {
                throw new ErrnoException("SO_ATTACH_REUSEPORT_CBPF", -attached);
            }
            opened.stands();
            return List.copyOf(group);
        }
    }

    /** Why this kernel cannot steer; empty if it can. SO_ATTACH_REUSEPORT_CBPF came with Linux 4.5. */
    public static String whyNot() {
        try (Arena call = Arena.ofConfined()) {
            MemorySegment errno = Native.errnoSegment(call);
            int fd = Posix.socket(errno, SocketOptions.AF_INET, SocketOptions.SOCK_DGRAM_NONBLOCK_CLOEXEC);
            if (fd < 0) {
                return "no UDP socket to try it (" + Errno.text(-fd) + ")";
            }
            try {
                int shared = UdpSocket.set(call, fd, SocketOptions.SOL_SOCKET, SocketOptions.SO_REUSEPORT, 1);
                int result =
                        shared < 0 ? shared : new SteeringProgram().answer(0).attach(fd);
                return result < 0 ? "the kernel does not steer sockets of one port (" + Errno.text(-result) + ")" : "";
            } finally {
                Posix.close(errno, fd);
            }
        }
    }
}
