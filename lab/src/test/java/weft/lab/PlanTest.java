package weft.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PlanTest {
    private final Plan plan = new Plan(Topology.oneCity(Duration.ofSeconds(30)));

    @Test
    void anInterfaceBearsTheNameOfTheHostAtTheOtherEnd() {
        assertThat(plan.links()).contains("link add name wifi netns phone type veth peer name phone netns wifi");
    }

    @Test
    void aDeviceStartsOnItsFirstUplinkOnly() {
        assertThat(plan.addresses(Topology.PHONE))
                .containsExactly(
                        "link set lo up",
                        "link set wifi up",
                        "addr replace 192.168.1.2/24 dev wifi",
                        "addr replace 2001:db8:a:1:0:0:0:2/64 dev wifi nodad",
                        "route replace 0.0.0.0/0 via 192.168.1.1 dev wifi",
                        "route replace ::/0 via 2001:db8:a:1:0:0:0:1 dev wifi");
    }

    @Test
    void theInternetKnowsTheWayToTheEdgeAndToNothingBehindANat() {
        assertThat(plan.addresses(Topology.INTERNET))
                .contains(
                        "route add 203.0.113.1/32 via 192.0.2.10",
                        "route add 203.0.113.64/30 via 192.0.2.10",
                        "route add 2001:db8:a:1:0:0:0:0/64 via 2001:db8:f:1:0:0:0:2")
                .noneMatch(line -> line.contains("192.168.1.") || line.contains("100.64.0."));
    }

    @Test
    void anAddressThatTwoHostsHaveIsReachedByBoth() {
        Topology anycast = new Topology.Builder()
                .host("router")
                .host("edge1", "203.0.113.1", "2001:db8:1::1")
                .link("edge1", "router", "203.0.113.64/30", "2001:db8:1:1::/64")
                .host("edge2", "203.0.113.1", "2001:db8:1::1")
                .link("edge2", "router", "203.0.113.68/30", "2001:db8:1:2::/64")
                .build();
        assertThat(new Plan(anycast).addresses("router"))
                .contains(
                        "route add 203.0.113.1/32 nexthop via 203.0.113.66 nexthop via 203.0.113.70",
                        "route add 2001:db8:1:0:0:0:0:1/128 nexthop via 2001:db8:1:1:0:0:0:2 nexthop via 2001:db8:1:2:0:0:0:2");
    }

    @Test
    void onlyANatTranslatesAndItForgetsAfterItsTimeout() {
        assertThat(plan.ruleset(Topology.WIFI)).contains("oifname \"internet\" meta nfproto ipv4 masquerade");
        assertThat(plan.sysctls(Topology.WIFI))
                .contains(
                        "net/netfilter/nf_conntrack_udp_timeout=30",
                        "net/netfilter/nf_conntrack_udp_timeout_stream=30");
        assertThat(plan.ruleset(Topology.ROUTER)).isEmpty();
    }

    @Test
    void aHostForwardsOnlyWhenSomethingHangsBelowIt() {
        assertThat(plan.sysctls(Topology.ROUTER)).contains("net/ipv4/ip_forward=1", "net/ipv6/conf/all/forwarding=1");
        assertThat(plan.sysctls(Topology.EDGE)).isEmpty();
    }

    @Test
    void aLinkToAHostThatDoesNotExistIsRefused() {
        assertThatThrownBy(() -> new Topology.Builder()
                        .host("a")
                        .link("a", "b", "192.0.2.0/30")
                        .build())
                .isInstanceOf(LabException.class)
                .hasMessageContaining("no host b");
    }
}
