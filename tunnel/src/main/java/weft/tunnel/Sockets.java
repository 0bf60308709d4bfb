package weft.tunnel;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import weft.netio.SteeringProgram;
import weft.netio.UdpGroup;
import weft.netio.UdpPath;
import weft.netio.UdpSocket;
import weft.netio.Unfinished;

/**
 * The UDP sockets of a tunnel: for each shard one for each address family, or one for both. All receive on the same ports, and
 * the kernel deals out among the shards; what is sent goes by those of the first shard.
 */
final class Sockets implements AutoCloseable {
    private final List<List<UdpSocket>> groups;
    private final List<List<UdpSocket>> shards;
    private final List<InetSocketAddress> addresses;
    private final UdpSocket v4;
    private final UdpSocket v6;

    /** @param groups for each address the sockets of all shards */
    private Sockets(List<List<UdpSocket>> groups) {
        this.groups = groups;
        shards = IntStream.range(0, groups.getFirst().size())
                .mapToObj(
                        shard -> groups.stream().map(group -> group.get(shard)).toList())
                .toList();
        addresses = of(0).stream().map(UdpSocket::localAddress).toList();
        v4 = first(true);
        v6 = first(false);
    }

    private UdpSocket first(boolean ipv4) {
        for (int i = 0; i < addresses.size(); i++) {
            if (addresses.get(i).getAddress() instanceof Inet4Address == ipv4) {
                return of(0).get(i);
            }
        }
        return of(0).getFirst();
    }

    /** For one shard. */
    static Sockets open(List<InetSocketAddress> addresses, int mark, boolean offload) throws IOException {
        return open(addresses, mark, offload, 1, Steering.program(1));
    }

    /** @param program deals out what arrives, where there are several shards */
    static Sockets open(
            List<InetSocketAddress> addresses, int mark, boolean offload, int shards, SteeringProgram program)
            throws IOException {
        List<List<UdpSocket>> groups = new ArrayList<>();
        try (Unfinished opened = new Unfinished()) {
            for (InetSocketAddress address : addresses) {
                UdpSocket.Builder socket = socket(address, mark, offload);
                List<UdpSocket> group = shards == 1 ? List.of(socket.open()) : UdpGroup.open(socket, shards, program);
                group.forEach(opened::add);
                groups.add(group);
            }
            Sockets all = new Sockets(List.copyOf(groups));
            opened.stands();
            return all;
        }
    }

    private static UdpSocket.Builder socket(InetSocketAddress address, int mark, boolean offload) {
        UdpSocket.Builder socket = UdpSocket.builder()
                .bind(address)
                .mark(mark)
                .receiveBuffer(Tuning.SOCKET_BUFFER)
                .sendBuffer(Tuning.SOCKET_BUFFER);
        return offload ? socket : socket.oneDatagramACall();
    }

    /** What a shard receives by. */
    List<UdpSocket> of(int shard) {
        return shards.get(shard);
    }

    void mark(int changed) throws IOException {
        for (List<UdpSocket> group : groups) {
            for (UdpSocket socket : group) {
                socket.mark(changed);
            }
        }
    }

    /** What they are bound to, ports as the kernel gave them. */
    List<InetSocketAddress> addresses() {
        return addresses;
    }

    int port() {
        return addresses.getFirst().getPort();
    }

    /** What was chosen, for people. */
    String describe() {
        boolean v6 = addresses.stream().anyMatch(address -> address.getAddress() instanceof Inet6Address);
        return of(0).getFirst().describe() + (v6 ? "" : ", IPv4 alone");
    }

    /** The one that reaches the remote of this path; asked for each packet, so no system call and no allocation. */
    UdpSocket of(UdpPath path) {
        return path.isV4() ? v4 : v6;
    }

    /** Those of one shard. */
    void close(int shard) {
        of(shard).forEach(UdpSocket::close);
    }

    @Override
    public void close() {
        groups.forEach(group -> group.forEach(UdpSocket::close));
    }
}
