package weft.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import weft.netio.Prefix;
import weft.tunnel.Drop;

/** What a device may reach through an edge and what it may not, tried from inside the tunnel. */
@Timeout(120)
class IsolationTest extends OneEdge {
    @Test
    void whatIsNotTheInternetIsClosedToDevicesAndSaysSoAtOnce() throws Exception {
        registry.put(device);
        world.whoAmI("server", WEB);
        world.whoAmI("edge", WEB);
        start(config().build());
        connect();
        assertThat(ask(Neighbourhood.SERVER4)).isNotEmpty();
        for (String closed : List.of(
                "10.9.0.2", // a private network behind the edge
                "fd09::2",
                "169.254.169.254", // metadata
                "100.96.0.1", // the edge itself, by every one of its addresses
                "fd77::1",
                "192.0.2.1",
                "2001:db8::1",
                "203.0.113.1",
                "198.51.100.1",
                "2001:db8:2::1",
                "10.9.0.1",
                "100.96.0.18", // another device
                "fd77::18",
                "2002:a09:2::1", // 10.9.0.2 in disguise
                "64:ff9b::a09:2")) {
            long begun = System.nanoTime();
            assertThat(asks(InetAddress.ofLiteral(closed))).as(closed).isFalse();
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).as(closed).isLessThan(Duration.ofSeconds(2));
        }
        assertThat(world.in("device", "ping", "-c1", "-W2", "100.96.0.1")).contains("1 received");
        assertThat(world.in("device", "ping", "-c1", "-W2", "fd77::1")).contains("1 received");
    }

    /** A router's BGP would take a device for the edge, since packets come from the edge's address. */
    @ParameterizedTest
    @ValueSource(strings = {"203.0.113.2", "2001:db8:2::2"})
    void aRouterInFrontIsClosedToDevices(String router) throws Exception {
        registry.put(device);
        world.whoAmI("server", WEB);
        start(config().routers(List.of(InetAddress.ofLiteral(router))).build());
        connect();
        for (InetAddress server : List.of(Neighbourhood.SERVER4, Neighbourhood.SERVER6)) {
            assertThat(asks(server)).isEqualTo(!server.equals(InetAddress.ofLiteral(router)));
        }
    }

    /** Each of them answers once it is opened, so a closed one is closed by the edge and by nothing else. */
    @Test
    void whatIsClosedIsReachedByTheGroupThatItIsOpenedForAndNobodyElse() throws Exception {
        List<String> there = List.of(
                "10.77.0.2",
                "172.16.9.2",
                "192.168.9.2",
                "100.64.0.9", // behind a carrier's NAT
                "169.254.170.2", // metadata
                "168.63.129.16",
                "198.18.0.9",
                "240.0.0.9",
                "fd42::2",
                "fd00:ec2::254", // metadata
                "2002:a09:2::1", // 10.9.0.2 as 6to4
                "64:ff9b::a09:2", // and as NAT64
                "fec0::9");
        for (String address : there) {
            world.behindTheEdge(address);
        }
        registry.put(device);
        world.whoAmI("server", WEB);
        List<Opening> openings = there.stream()
                .map(address -> new Opening(
                        new Opening.Who.Group("staff"),
                        Prefix.parse(address + (address.contains(":") ? "/128" : "/32")),
                        List.of()))
                .toList();
        start(config().openings(openings).build());
        connect();
        assertThat(ask(Neighbourhood.SERVER4)).isNotEmpty();
        assertThat(there).noneMatch(address -> asks(InetAddress.ofLiteral(address)));
        registry.put(TestDirectory.inGroup(device, "staff"));
        eventually(() -> asks(InetAddress.ofLiteral(there.getFirst())));
        assertThat(there).allMatch(address -> asks(InetAddress.ofLiteral(address)));
    }

    @Test
    void anOpeningForOneDeviceIsClosedToEveryOther() throws Exception {
        registry.put(device);
        world.whoAmI("server", WEB);
        start(config().openings(List.of(new Opening(
                        new Opening.Who.OneDevice("somebody-else"), Prefix.parse("10.9.0.0/24"), List.of())))
                .build());
        connect();
        assertThat(ask(Neighbourhood.SERVER4)).isNotEmpty();
        assertThat(asks(InetAddress.ofLiteral("10.9.0.2"))).isFalse();
    }

    @Test
    void aLieAboutTheSourceIsDroppedOverIpv6Too() throws Exception {
        registry.put(device);
        world.whoAmI("server", WEB);
        Edge edge = start(config().build());
        connect();
        ask(Neighbourhood.SERVER6);
        List<String> lies = List.of(
                "fd77::18", // another device
                "fd77::1", // the edge
                "2001:db8:2::77", // outside
                "fd09::7", // private
                "fe80::77"); // link-local
        for (String lie : lies) {
            phone.address(lie + "/128");
            assertThatThrownBy(() -> world.in("device", "ping", "-c1", "-W1", "-I", lie, "2001:db8:2::2"))
                    .as(lie)
                    .isInstanceOf(IOException.class);
        }
        assertThat(edge.status().drops().get(Drop.WRONG_SOURCE)).isGreaterThanOrEqualTo(lies.size());
    }

    @Test
    void aLieAboutTheSourceIsDropped() throws Exception {
        registry.put(device);
        world.whoAmI("server", WEB);
        Edge edge = start(config().build());
        connect();
        ask(Neighbourhood.SERVER4);
        for (String lie : List.of("100.96.0.18", "10.9.0.7", "203.0.113.77", "100.96.0.1")) {
            phone.address(lie + "/32");
            assertThatThrownBy(() -> world.in("device", "ping", "-c1", "-W1", "-I", lie, "203.0.113.2"))
                    .as(lie)
                    .isInstanceOf(IOException.class);
        }
        assertThat(edge.status().drops().get(Drop.WRONG_SOURCE)).isGreaterThanOrEqualTo(4);
    }

    @Test
    void anOpeningLetsItsGroupInAndNobodyElse() throws Exception {
        registry.put(device);
        world.whoAmI("server", WEB);
        world.whoAmI("server", 81);
        start(config().openings(List.of(new Opening(
                        new Opening.Who.Group("staff"),
                        Prefix.parse("10.9.0.0/24"),
                        List.of(Opening.Ports.parse("tcp/80")))))
                .build());
        connect();
        InetAddress inside = InetAddress.ofLiteral("10.9.0.2");
        ask(Neighbourhood.SERVER4);
        assertThatThrownBy(() -> ask(inside)).isInstanceOf(IOException.class);
        registry.put(TestDirectory.inGroup(device, "staff"));
        eventually(() -> asks(inside));
        assertThat(ask(inside)).isEqualTo("10.9.0.1");
        assertThatThrownBy(() -> world.ask("device", inside, 81)).isInstanceOf(IOException.class);
        registry.put(TestDirectory.inGroup(device, "guests"));
        eventually(() -> !asks(inside));
    }

    @Test
    void nobodyOutsideOpensAConnectionIntoTheTunnel() throws Exception {
        registry.put(device);
        world.whoAmI("server", WEB);
        world.whoAmI("device", WEB);
        start(config().build());
        connect();
        ask(Neighbourhood.SERVER4);
        world.in("server", "ip", "route", "add", DEVICE4, "via", "203.0.113.1");
        assertThatThrownBy(() -> world.ask("server", InetAddress.ofLiteral(DEVICE4), WEB))
                .isInstanceOf(IOException.class);
        assertThat(world.ask("edge", InetAddress.ofLiteral(DEVICE4), WEB)).isEqualTo("100.96.0.1");
    }
}
