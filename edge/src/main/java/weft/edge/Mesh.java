package weft.edge;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import weft.netio.PathMtu;
import weft.netio.UdpGroup;
import weft.netio.UdpPath;
import weft.netio.UdpSocket;
import weft.netio.Unfinished;

/**
 * The sockets by which edges reach each other, on the addresses that the list of members gives them: clients' packets that
 * are passed on, and what edges have to say. Only members may use them, see {@link FleetIngress} and {@link MeshCipher}.
 * Each shard of the tunnel has its own, all on one port.
 */
final class Mesh implements AutoCloseable {
    /** Assigned to GUE by IANA. */
    static final int PORT = 6080;

    private static final int BUFFER = 7 << 20;
    private static final int MOST_BYTES = 2048;

    /** For each of our addresses, those of all shards. */
    private final List<List<UdpSocket>> groups = new ArrayList<>();

    private final Arena arena = Arena.ofShared();
    private final MemorySegment out = arena.allocate(MOST_BYTES);
    private final EdgeMember self;
    private volatile Map<UdpPath, Integer> longest = Map.of();

    private Mesh(EdgeMember self) {
        this.self = self;
    }

    /** @throws IOException if our own addresses are not on this machine */
    static Mesh open(EdgeMember self, boolean offload, int shards) throws IOException {
        Mesh mesh = new Mesh(self);
        try (Unfinished opened = new Unfinished()) {
            opened.add(mesh);
            for (InetAddress address : self.addresses()) {
                UdpSocket.Builder socket = UdpSocket.builder()
                        .bind(new InetSocketAddress(address, PORT))
                        .offload(offload)
                        .receiveBuffer(BUFFER)
                        .sendBuffer(BUFFER);
                mesh.groups.add(
                        shards == 1
                                ? List.of(socket.open())
                                : UdpGroup.open(socket, shards, MeshSteering.program(shards)));
            }
            opened.stands();
            return mesh;
        } catch (IOException e) {
            throw new IOException(
                    "the edge cannot listen to other edges on " + self.addresses() + " port " + PORT + ": "
                            + e.getMessage()
                            + "\nNext: see that the addresses of " + self.name()
                            + " in the list of members are this machine's (`ip address`)",
                    e);
        }
    }

    int shards() {
        return groups.getFirst().size();
    }

    List<UdpSocket> sockets(int shard) {
        return groups.stream().map(group -> group.get(shard)).toList();
    }

    /** How another edge is reached: by its first address of a family that we have too. */
    Optional<UdpPath> path(EdgeMember other) {
        for (InetAddress theirs : other.addresses()) {
            for (InetAddress ours : self.addresses()) {
                if (isV4(theirs) == isV4(ours)) {
                    return Optional.of(
                            UdpPath.to(new InetSocketAddress(theirs, PORT)).from(ours));
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isV4(InetAddress address) {
        return address instanceof Inet4Address;
    }

    /** The shard's socket that a path of {@link #path} goes by. */
    UdpSocket of(UdpPath path, int shard) {
        boolean first =
                groups.size() == 1 || path.isV4() == isV4(self.addresses().getFirst());
        return (first ? groups.getFirst() : groups.getLast()).get(shard);
    }

    /** Asks the kernel what fits these paths; again from time to time, for links change. */
    void measure(Collection<UdpPath> paths) {
        Map<UdpPath, Integer> measured = new HashMap<>();
        for (UdpPath path : paths) {
            PathMtu.payload(path).ifPresent(bytes -> measured.put(path, bytes));
        }
        longest = Map.copyOf(measured);
    }

    /** What goes there in one packet, in bytes of payload, as of the last {@link #measure}; any length where that is not known. */
    int longest(UdpPath path) {
        return longest.getOrDefault(path, Integer.MAX_VALUE);
    }

    /** Sends, or loses; one thread's. */
    void send(UdpPath path, byte[] datagram) throws IOException {
        MemorySegment.copy(datagram, 0, out, ValueLayout.JAVA_BYTE, 0, datagram.length);
        of(path, 0).send(out, 0, datagram.length, path);
    }

    @Override
    public void close() {
        groups.forEach(group -> group.forEach(UdpSocket::close));
        arena.close();
    }
}
