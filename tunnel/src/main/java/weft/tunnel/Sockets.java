package weft.tunnel;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import weft.netio.UdpPath;
import weft.netio.UdpSocket;

/** The UDP sockets of a tunnel: one for each address family, or one for both. */
final class Sockets implements AutoCloseable {
    private final List<UdpSocket> all;

    private Sockets(List<UdpSocket> all) {
        this.all = all;
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
        return UdpSocket.builder()
                .bind(address)
                .offload(offload)
                .mark(mark)
                .receiveBuffer(Tuning.SOCKET_BUFFER)
                .sendBuffer(Tuning.SOCKET_BUFFER)
                .open();
    }

    List<UdpSocket> all() {
        return all;
    }

    /** What they are bound to, ports as the kernel gave them. */
    List<InetSocketAddress> addresses() {
        return all.stream().map(UdpSocket::localAddress).toList();
    }

    int port() {
        return all.getFirst().localAddress().getPort();
    }

    /** The one that reaches the remote of this path. */
    UdpSocket of(UdpPath path) {
        if (all.size() == 1) {
            return all.getFirst();
        }
        boolean v4 = path.remote().getAddress() instanceof Inet4Address;
        for (UdpSocket socket : all) {
            InetAddress local = socket.localAddress().getAddress();
            if (local instanceof Inet4Address == v4) {
                return socket;
            }
        }
        return all.getFirst();
    }

    @Override
    public void close() {
        all.forEach(UdpSocket::close);
    }
}
