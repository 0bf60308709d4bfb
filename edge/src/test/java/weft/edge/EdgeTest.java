package weft.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import weft.api.DeviceChange;
import weft.netio.Sysctl;

/** An edge as it runs. */
@Timeout(120)
class EdgeTest extends OneEdge {
    @Test
    void aRegisteredDeviceReachesTheInternetWithTheEdgesAddress() throws Exception {
        registry.put(device);
        world.whoAmI("server", WEB);
        Edge edge = start(config().build());
        connect();
        assertThat(ask(Neighbourhood.SERVER4)).isEqualTo(Neighbourhood.EDGE4.getHostAddress());
        assertThat(InetAddress.ofLiteral(ask(Neighbourhood.SERVER6))).isEqualTo(Neighbourhood.EDGE6);
        assertThat(edge.status().sessions()).isEqualTo(1);
        assertThat(edge.status().devices()).isEqualTo(1);
    }

    @Test
    void theTunnelRunsOverIpv6AsWell() throws Exception {
        registry.put(device);
        world.whoAmI("server", WEB);
        start(config().build());
        connect(Neighbourhood.ANYCAST6);
        assertThat(ask(Neighbourhood.SERVER4)).isEqualTo(Neighbourhood.EDGE4.getHostAddress());
    }

    @Test
    void anUnknownDeviceIsRefusedAndWelcomeAsSoonAsItIsRegistered() throws Exception {
        world.whoAmI("server", WEB);
        Edge edge = start(config().build());
        connect();
        assertThatThrownBy(() -> ask(Neighbourhood.SERVER4)).isInstanceOf(IOException.class);
        assertThat(edge.status().devices()).isZero();
        registry.put(device);
        eventually(() -> asks(Neighbourhood.SERVER4));
    }

    @Test
    void aDeviceThatIsDisabledLosesItsSessionAtOnce() throws Exception {
        registry.put(device);
        world.whoAmI("server", WEB);
        Edge edge = start(config().build());
        connect();
        ask(Neighbourhood.SERVER4);
        registry.put(TestDirectory.enabled(device, false));
        eventually(() -> edge.status().devices() == 0);
        assertThatThrownBy(() -> ask(Neighbourhood.SERVER4)).isInstanceOf(IOException.class);
    }

    @Test
    void sessionsOutliveTheRegistry() throws Exception {
        registry.put(device);
        world.whoAmI("server", WEB);
        Edge edge = start(config().build());
        connect();
        ask(Neighbourhood.SERVER4);
        registry.away = true;
        registry.tell(new DeviceChange.Everything());
        Thread.sleep(300);
        assertThat(edge.status().sessions()).isEqualTo(1);
        assertThat(ask(Neighbourhood.SERVER4)).isNotEmpty();
    }

    @Test
    void segmentsAreClampedToTheTunnelsMtu() throws Exception {
        registry.put(device);
        world.whoAmI("server", WEB);
        start(config().mtu(1380).build());
        connect(); // the device believes in an MTU of 1420
        for (InetAddress server : List.of(Neighbourhood.SERVER4, Neighbourhood.SERVER6)) {
            boolean v4 = server.getAddress().length == 4;
            Process capture = world.start(
                    "server",
                    "tcpdump",
                    "-l",
                    "-n",
                    "-c1",
                    "-i",
                    "to-edge",
                    v4 ? "ip" : "ip6",
                    "and",
                    "tcp",
                    "dst",
                    "port",
                    "80");
            Process atDevice = world.start(
                    "device", "tcpdump", "-l", "-n", "-c1", "-i", phone.interfaceName(), "tcp", "src", "port", "80");
            Thread.sleep(1_500);
            ask(server);
            int expected = v4 ? 1340 : 1320;
            assertThat(new String(capture.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("mss " + expected);
            assertThat(new String(atDevice.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("mss " + expected);
        }
    }

    @Test
    void theMachineIsAsItWasAfterTheEdgeHasClosed() throws Exception {
        registry.put(device);
        world.in(
                "edge",
                "nft",
                "add table inet mine; add chain inet mine guard { type filter hook forward priority 0; policy drop; }");
        String before = machine();
        Edge edge = world.within("edge", () -> Edge.start(config().build(), registry));
        assertThat(machine()).isNotEqualTo(before);
        edge.close();
        assertThat(machine()).isEqualTo(before);
    }

    private String machine() throws Exception {
        StringBuilder state = new StringBuilder(world.in("edge", "nft", "list", "ruleset"));
        state.append(world.in("edge", "ip", "address"))
                .append(world.in("edge", "ip", "route"))
                .append(world.in("edge", "ip", "-6", "route"));
        return world.within("edge", () -> {
            for (String setting : List.of(
                    "net/ipv4/ip_forward",
                    "net/ipv4/conf/to-server/forwarding",
                    "net/ipv6/conf/all/forwarding",
                    "net/ipv6/conf/to-server/accept_ra")) {
                state.append(setting).append('=').append(Sysctl.read(setting)).append('\n');
            }
            return state.toString();
        });
    }

    @Test
    void aTableThatACrashLeftBehindIsReplaced() throws Exception {
        registry.put(device);
        world.whoAmI("server", WEB);
        world.in(
                "edge",
                "nft",
                "add table inet weft_weft0; add chain inet weft_weft0 old { type filter hook forward priority 0; policy drop; }");
        start(config().build());
        connect();
        assertThat(ask(Neighbourhood.SERVER4)).isNotEmpty();
    }
}
