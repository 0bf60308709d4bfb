package weft.tunnel;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import weft.netio.UdpPath;
import weft.netio.UdpSocket;

/** The UDP sockets of a tunnel: one for each address family, or one for both. */
final class Sockets implements AutoCloseable {
    private final List<UdpSocket> all;
    private final List<InetSocketAddress> addresses;
    private final UdpSocket v4;
    private final UdpSocket v6;

    private Sockets(List<UdpSocket> all) {
        this.all = all;
        addresses = all.stream().map(UdpSocket::localAddress).toList();
        v4 = first(true);
        v6 = first(false);
    }

    private UdpSocket first(boolean ipv4) {
        for (int i = 0; i < all.size(); i++) {
            if (addresses.get(i).getAddress() instanceof Inet4Address == ipv4) {
                return all.get(i);
            }
        }
        return all.getFirst();
    }

    static Sockets open(List<InetSocketAddress> addresses, int mark, boolean offload) throws IOException {
        List<UdpSocket> opened = new ArrayList<>();
        try {
            for (InetSocketAddress address : addresses) {
                opened.add(open(address, mark, offload));
            }
            return new Sockets(List.copyOf(opened));
        } catch (IOException e) {
            opened.forEach(UdpSocket::close);
            throw e;
        }
    }

    private static UdpSocket open(InetSocketAddress address, int mark, boolean offload) throws IOException {
        UdpSocket.Builder socket = UdpSocket.builder()
                .bind(address)
                .mark(mark)
                .receiveBuffer(Tuning.SOCKET_BUFFER)
                .sendBuffer(Tuning.SOCKET_BUFFER);
        return (offload ? socket : socket.oneDatagramACall()).open();
    }

    List<UdpSocket> all() {
        return all;
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
        return all.getFirst().describe() + (v6 ? "" : ", IPv4 alone");
    }

    /** The one that reaches the remote of this path; asked for each packet, so no system call and no allocation. */
    UdpSocket of(UdpPath path) {
        return path.isV4() ? v4 : v6;
    }

    @Override
    public void close() {
        all.forEach(UdpSocket::close);
    }
}
