package weft.netio;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConntrackTest {
    private static final InetAddress DEVICE4 = InetAddress.ofLiteral("100.96.0.7");
    private static final InetAddress DEVICE6 = InetAddress.ofLiteral("fd00::7");
    private static final List<Prefix> INNER = List.of(Prefix.parse("100.96.0.0/12"), Prefix.parse("fd00::/48"));

    /** Connections are tracked where a rule asks for their state. */
    private static void prepare() throws Exception {
        TestNamespace.run("ip link set lo up");
        TestNamespace.run("ip address add 100.96.0.7/32 dev lo");
        TestNamespace.run("ip address add fd00::7/128 dev lo nodad");
        Nftables.load("""
                table inet t {
                  chain c { type filter hook input priority 0; ct state new accept; }
                }
                """);
    }

    @Test
    void flowsOfInnerAddressesAreCountedWhileTheyAreOpen() throws Exception {
        TestNamespace.inNew(() -> {
            prepare();
            InetAddress outside = InetAddress.ofLiteral("127.0.0.1");
            try (Conntrack connections = Conntrack.open();
                    ServerSocket server = new ServerSocket(0, 50, outside);
                    ServerSocket server6 = new ServerSocket(0, 50, InetAddress.ofLiteral("::1"))) {
                assertThat(connections.openFlows(INNER)).isEmpty();
                Socket first = new Socket(outside, server.getLocalPort(), DEVICE4, 0);
                try (Socket second = new Socket(outside, server.getLocalPort(), DEVICE4, 0);
                        Socket third = new Socket(server6.getInetAddress(), server6.getLocalPort(), DEVICE6, 0);
                        Socket foreign = new Socket(outside, server.getLocalPort())) {
                    assertThat(second.isConnected() && third.isConnected() && foreign.isConnected())
                            .isTrue();
                    assertThat(connections.openFlows(INNER)).containsOnly(Map.entry(DEVICE4, 2), Map.entry(DEVICE6, 1));
                    try (Socket accepted = server.accept()) {
                        assertThat(accepted.isConnected()).isTrue();
                        first.close();
                    }
                    assertThat(connections.openFlows(INNER)).containsEntry(DEVICE4, 1);
                }
            }
        });
    }
}
