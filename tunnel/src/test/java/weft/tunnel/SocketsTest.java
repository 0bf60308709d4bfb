package weft.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import weft.netio.UdpPath;

class SocketsTest {
    private static final UdpPath V4 = UdpPath.to(new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 1));
    private static final UdpPath V6 = UdpPath.to(new InetSocketAddress(InetAddress.ofLiteral("2001:db8::1"), 1));

    @Test
    void eachFamilyHasItsSocket() throws IOException {
        InetSocketAddress v4 = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
        InetSocketAddress v6 = new InetSocketAddress(InetAddress.ofLiteral("::1"), 0);
        try (Sockets sockets = Sockets.open(List.of(v4, v6), 0, true)) {
            assertThat(sockets.of(V4)).isSameAs(sockets.all().get(0));
            assertThat(sockets.of(V6)).isSameAs(sockets.all().get(1));
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
                    .isSameAs(sockets.all().getFirst());
        }
    }

    @Test
    void withoutOffloadItIsOneDatagramACall() throws IOException {
        try (Sockets sockets = Sockets.open(Tunnel.wildcard(0), 0, false)) {
            assertThat(sockets.all().getFirst().describe()).startsWith("one datagram a call");
        }
    }
}
