package weft.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import weft.netio.Family;
import weft.netio.Namespaces;
import weft.netio.ReceiveBatch;
import weft.netio.Sysctl;
import weft.netio.UdpPath;
import weft.netio.UdpSocket;
import weft.netio.Waiter;

class SocketsTest {
    private static final UdpPath V4 = UdpPath.to(new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 1));
    private static final UdpPath V6 = UdpPath.to(new InetSocketAddress(InetAddress.ofLiteral("2001:db8::1"), 1));

    @Test
    void eachFamilyHasItsSocket() throws IOException {
        InetSocketAddress v4 = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
        InetSocketAddress v6 = new InetSocketAddress(InetAddress.ofLiteral("::1"), 0);
        try (Sockets sockets = Sockets.open(List.of(v4, v6), 0, true)) {
            assertThat(sockets.of(V4)).isSameAs(sockets.of(0).get(0));
            assertThat(sockets.of(V6)).isSameAs(sockets.of(0).get(1));
            assertThat(sockets.port())
                    .isEqualTo(sockets.addresses().getFirst().getPort())
                    .isPositive();
        }
    }

    @Test
    void oneSocketServesBoth() throws IOException {
        try (Sockets sockets = Sockets.open(Tunnel.wildcard(0), 0, true)) {
            assertThat(sockets.of(V4))
                    .isSameAs(sockets.of(V6))
                    .isSameAs(sockets.of(0).getFirst());
        }
    }

    /** A kernel without any IPv6 is the whole program's matter: see the tests of {@code weft wg}. */
    @Test
    void whereIpv6IsTurnedOffTheWildcardServesIpv4() throws Exception {
        Namespaces.within(Namespaces.ofThisThread(), () -> {
            Namespaces.unshareNetwork();
            TwoTunnels.run("ip link set lo up");
            Sysctl.write("net/ipv6/conf/all/disable_ipv6", "1");
            assertThat(Family.IPV6.isSupported()).isTrue();
            try (Sockets sockets = Sockets.open(Tunnel.wildcard(0), 0, true);
                    Waiter waiter = new Waiter()) {
                UdpPath self = UdpPath.to(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), sockets.port()));
                UdpSocket socket = sockets.of(self);
                assertThat(socket.send(Arena.ofAuto().allocate(9), 0, 9, self)).isTrue();
                waiter.add(socket.fd());
                assertThat(waiter.await(Duration.ofSeconds(5).toNanos())).isTrue();
                ReceiveBatch received = new ReceiveBatch(1, 100);
                assertThat(socket.receive(received)).isEqualTo(1);
                assertThat(received.path(0).remote()).isEqualTo(self.remote());
            }
            return true;
        });
    }

    @Test
    void ipv4AloneIsSaid() throws IOException {
        InetSocketAddress v4 = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
        InetSocketAddress v6 = new InetSocketAddress(InetAddress.ofLiteral("::1"), 0);
        try (Sockets one = Sockets.open(List.of(v4), 0, true);
                Sockets both = Sockets.open(List.of(v4, v6), 0, true)) {
            assertThat(one.describe()).endsWith("IPv4 alone");
            assertThat(both.describe()).doesNotContain("alone");
        }
    }

    @Test
    void withoutOffloadItIsOneDatagramACall() throws IOException {
        try (Sockets sockets = Sockets.open(Tunnel.wildcard(0), 0, false)) {
            assertThat(sockets.of(0).getFirst().describe()).startsWith("one datagram a call");
        }
    }
}
