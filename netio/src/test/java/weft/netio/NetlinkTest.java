package weft.netio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static weft.netio.TestNamespace.run;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Everything is compared with what iproute2 says about it. */
class NetlinkTest {
    private interface Task {
        void run(Netlink netlink) throws Exception;
    }

    /** A namespace with a veth pair: {@code d0}, and {@code d1}, which is up. */
    private static void withLink(Task task) throws Exception {
        TestNamespace.inNew(() -> {
            run("ip link add d0 type veth peer name d1");
            run("ip link set d1 up");
            try (Netlink netlink = Netlink.open()) {
                task.run(netlink);
            }
        });
    }

    @Test
    void setsALinkUpAndDownAndItsMtuAndDeletesIt() throws Exception {
        withLink(netlink -> {
            netlink.up("d0");
            netlink.mtu("d0", 1420);
            assertThat(run("ip -j link show d0")).contains("\"UP\"", "\"mtu\":1420");
            int index = netlink.index("d0");
            assertThat(run("ip -o link show d0")).startsWith(index + ": ");
            assertThat(netlink.link("d0")).isEqualTo(new Link(index, "d0", true, 1420, Optional.of("veth")));
            assertThat(netlink.links()).extracting(Link::name).containsExactlyInAnyOrder("lo", "d0", "d1");
            netlink.down("d0");
            assertThat(run("ip -j link show d0")).doesNotContain("\"UP\"");
            netlink.delete("d0");
            assertErrno(Errno.ENODEV, "find link d0: No such device", () -> netlink.index("d0"));
        });
    }

    @Test
    void addsAndRemovesAddressesOfBothFamilies() throws Exception {
        withLink(netlink -> {
            netlink.up("d0");
            LinkAddress four = LinkAddress.parse("10.9.8.7/24");
            LinkAddress six = LinkAddress.parse("fd00:9::7/64");
            netlink.add("d0", four);
            netlink.add("d0", six);
            assertThat(run("ip -j addr show d0"))
                    .contains("\"local\":\"10.9.8.7\",\"prefixlen\":24", "\"local\":\"fd00:9::7\",\"prefixlen\":64")
                    .doesNotContain("tentative\":true,\"local\":\"fd00");
            assertThat(netlink.addresses("d0")).contains(four, six);
            assertThat(netlink.addresses("lo")).doesNotContain(four, six);
            assertThatThrownBy(() -> netlink.add("d0", four))
                    .isInstanceOf(ErrnoException.class)
                    .hasMessageStartingWith("add address 10.9.8.7/24 to link d0")
                    .hasMessageEndingWith(": File exists");
            netlink.remove("d0", four);
            netlink.remove("d0", six);
            assertThat(netlink.addresses("d0")).doesNotContain(four, six);
            assertThat(run("ip -j addr show d0")).doesNotContain("10.9.8.7", "fd00:9::7");
        });
    }

    @Test
    void addsFindsAndRemovesRoutesOfEveryKindThatWeftUses() throws Exception {
        withLink(netlink -> {
            netlink.up("d0");
            netlink.add("d0", LinkAddress.parse("10.9.8.7/24"));
            netlink.add("d0", LinkAddress.parse("fd00:9::7/64"));
            int index = netlink.index("d0");
            List<Route> routes = List.of(
                    Route.to(Prefix.parse("172.16.0.0/12")).link(index),
                    Route.to(Prefix.ALL_IPV4)
                            .via(InetAddress.ofLiteral("10.9.8.1"))
                            .link(index),
                    Route.to(Prefix.parse("fd77::/16")).link(index).metric(50),
                    Route.to(Prefix.parse("fd78::/16"))
                            .via(InetAddress.ofLiteral("fd00:9::1"))
                            .link(index)
                            .metric(7),
                    Route.to(Prefix.ALL_IPV4).link(index).table(51820),
                    Route.to(Prefix.ALL_IPV6).link(index).table(51820).metric(1024),
                    Route.to(Prefix.parse("192.0.2.0/24")).type(Route.Type.BLACKHOLE),
                    Route.to(Prefix.parse("198.51.100.0/24"))
                            .type(Route.Type.UNREACHABLE)
                            .metric(9),
                    Route.to(Prefix.ALL_IPV4).type(Route.Type.LOCAL).link(1).table(100));
            for (Route route : routes) {
                netlink.add(route);
            }
            assertThat(netlink.routes()).containsAll(routes);
            assertThat(run("ip -4 route"))
                    .contains("172.16.0.0/12 dev d0", "default via 10.9.8.1 dev d0", "blackhole 192.0.2.0/24")
                    .contains("unreachable 198.51.100.0/24");
            assertThat(run("ip -6 route")).contains("fd77::/16 dev d0", "fd78::/16 via fd00:9::1 dev d0");
            assertThat(run("ip -4 route show table 51820")).contains("default dev d0");
            assertThat(run("ip -4 route show table 100")).contains("local default dev lo");
            for (Route route : routes) {
                assertErrno(Errno.EEXIST, "add route " + route + ": File exists", () -> netlink.add(route));
                netlink.remove(route);
            }
            assertThat(netlink.routes()).doesNotContainAnyElementsOf(routes);
        });
    }

    @Test
    void tellsWhereAPacketWouldGoAndFromWhichAddress() throws Exception {
        withLink(netlink -> {
            InetAddress far = InetAddress.ofLiteral("192.0.2.1");
            assertThat(netlink.routeTo(far, 0)).isEmpty();
            netlink.up("d0");
            netlink.add("d0", LinkAddress.parse("10.9.8.7/24"));
            int index = netlink.index("d0");
            netlink.add(Route.to(Prefix.ALL_IPV4).link(index).table(77));
            netlink.add(Rule.lookup(Family.IPV4, 77).mark(5));
            assertThat(netlink.routeTo(far, 0)).isEmpty();
            Route marked = netlink.routeTo(far, 5).orElseThrow();
            assertThat(marked.link()).hasValue(index);
            assertThat(marked.source()).contains(InetAddress.ofLiteral("10.9.8.7"));
            assertThat(marked.table()).isEqualTo(77);
            netlink.add(Route.to(Prefix.of(far)).type(Route.Type.BLACKHOLE).table(77));
            assertThat(netlink.routeTo(far, 5)).isEmpty();
        });
    }

    @Test
    void addsAndRemovesTheRulesThatPolicyRoutingNeeds() throws Exception {
        withLink(netlink -> {
            List<Rule> rules = List.of(
                    Rule.lookup(Family.IPV4, 51820).mark(51820).inverted().priority(1000),
                    Rule.lookup(Family.IPV6, 51820).mark(51820).inverted().priority(1000),
                    Rule.lookup(Family.IPV4, Route.MAIN).suppressPrefixLength(0).priority(999),
                    Rule.lookup(Family.IPV6, 100).mark(0x10, 0xf0).priority(998),
                    Rule.lookup(Family.IPV4, 100)
                            .from(Prefix.parse("10.0.0.0/8"))
                            .iif("d0")
                            .priority(997));
            for (Rule rule : rules) {
                netlink.add(rule);
            }
            assertThat(netlink.rules()).containsAll(rules);
            assertThat(run("ip -4 rule"))
                    .contains("not from all fwmark 0xca6c lookup 51820", "from all lookup main suppress_prefixlength 0")
                    .contains("from 10.0.0.0/8 iif d0 lookup 100");
            assertThat(run("ip -6 rule"))
                    .contains("not from all fwmark 0xca6c lookup 51820", "from all fwmark 0x10/0xf0 lookup 100");
            for (Rule rule : rules) {
                netlink.remove(rule);
            }
            assertThat(netlink.rules()).doesNotContainAnyElementsOf(rules);
            assertErrno(
                    Errno.ENOENT,
                    "remove rule " + rules.get(0) + ": No such file or directory",
                    () -> netlink.remove(rules.get(0)));
        });
    }

    @Test
    void readsATableThatFillsManyDatagrams() throws Exception {
        withLink(netlink -> {
            netlink.up("d0");
            int index = netlink.index("d0");
            for (int n = 0; n < 3000; n++) {
                netlink.add(Route.to(Prefix.parse("10." + n / 250 + "." + n % 250 + ".0/24"))
                        .link(index)
                        .table(5));
            }
            assertThat(netlink.routes()).filteredOn(route -> route.table() == 5).hasSize(3000);
        });
    }

    @Test
    void aRefusalCarriesTheKernelsOwnWords() throws Exception {
        withLink(netlink -> assertThatThrownBy(() ->
                        netlink.add(Route.to(Prefix.parse("10.0.0.0/8")).via(InetAddress.ofLiteral("203.0.113.1"))))
                .isInstanceOf(ErrnoException.class)
                .hasMessage("add route 10.0.0.0/8 via 203.0.113.1 (Nexthop has invalid gateway): "
                        + "Network is unreachable"));
    }

    private static void assertErrno(int errno, String message, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ErrnoException.class,
                        failed -> assertThat(failed.errno()).isEqualTo(errno))
                .hasMessage(message);
    }
}
