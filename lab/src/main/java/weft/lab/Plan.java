package weft.lab;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import weft.lab.Topology.Link;
import weft.lab.Topology.Node;

/** What has to be done in the kernel for a {@link Topology}, as lines for {@code ip -batch}, sysctls and nftables. */
final class Plan {
    private final Topology topology;

    Plan(Topology topology) {
        this.topology = topology;
    }

    /** Run once, where all named namespaces are known. */
    List<String> links() {
        return topology.links().stream()
                .map(link -> "link add name %s netns %s%s type veth peer name %s netns %s%s"
                        .formatted(link.upper(), link.lower(), mtu(link), link.lower(), link.upper(), mtu(link)))
                .toList();
    }

    private static String mtu(Link link) {
        return link.mtu() == Link.USUAL_MTU ? "" : " mtu " + link.mtu();
    }

    /** Run in the host: its addresses, its first uplink, and its routes down. */
    List<String> addresses(String host) {
        List<String> lines = new ArrayList<>();
        lines.add("link set lo up");
        for (InetAddress address : topology.node(host).addresses()) {
            lines.add("addr add " + Subnet.only(address) + " dev lo" + nodad(address));
        }
        for (Link link : topology.downlinks(host)) {
            lines.addAll(up(host, link, link.lower()));
        }
        topology.uplinks(host).stream().limit(1).forEach(link -> lines.addAll(attach(link)));
        lines.addAll(routesDown(host));
        return lines;
    }

    /** Run in the link's lower host: it uses this uplink from now on. */
    static List<String> attach(Link link) {
        List<String> lines = new ArrayList<>(up(link.lower(), link, link.upper()));
        for (Subnet subnet : link.subnets()) {
            lines.add("route replace %s via %s dev %s"
                    .formatted(
                            subnet.isV4() ? "0.0.0.0/0" : "::/0",
                            Topology.address(link.upper(), link, subnet).getHostAddress(),
                            link.upper()));
        }
        return lines;
    }

    /** Run in the link's lower host: this uplink is out of reach. */
    static List<String> detach(Link link) {
        return List.of("link set %s down".formatted(link.upper()), "addr flush dev %s".formatted(link.upper()));
    }

    List<String> sysctls(String host) {
        List<String> settings = new ArrayList<>();
        if (!topology.downlinks(host).isEmpty()) {
            settings.add("net/ipv4/ip_forward=1");
            settings.add("net/ipv6/conf/all/forwarding=1");
            settings.add("net/ipv4/fib_multipath_hash_policy=1");
            settings.add("net/ipv6/fib_multipath_hash_policy=1");
        }
        topology.node(host).udpTimeout().ifPresent(timeout -> {
            settings.add("net/netfilter/nf_conntrack_udp_timeout=" + timeout.toSeconds());
            settings.add("net/netfilter/nf_conntrack_udp_timeout_stream=" + timeout.toSeconds());
        });
        return settings;
    }

    /**
     * The ruleset of a host that is a NAT, else nothing. Ports are drawn at random, so that a mapping that was lost comes
     * back on another one; packets for a lost mapping vanish, as they do in real routers.
     */
    String ruleset(String host) {
        if (topology.node(host).udpTimeout().isEmpty()) {
            return "";
        }
        String outside = topology.uplinks(host).getFirst().upper();
        return """
                table inet nat {
                  chain input {
                    type filter hook input priority filter
                    iifname "%1$s" meta l4proto { tcp, udp } ct state new,invalid drop
                  }
                  chain forward {
                    type filter hook forward priority filter
                    iifname "%1$s" ct state new,invalid drop
                  }
                  chain postrouting {
                    type nat hook postrouting priority srcnat
                    oifname "%1$s" meta nfproto ipv4 masquerade fully-random
                  }
                }
                """.formatted(outside);
    }

    /** The world's /etc/hosts. */
    String hosts() {
        StringBuilder lines = new StringBuilder("127.0.0.1 localhost\n::1 localhost\n");
        topology.names()
                .forEach((name, addresses) -> addresses.forEach(address -> lines.append(address.getHostAddress())
                        .append(' ')
                        .append(name)
                        .append('\n')));
        return lines.toString();
    }

    private static List<String> up(String host, Link link, String device) {
        List<String> lines = new ArrayList<>();
        lines.add("link set " + device + " up");
        for (Subnet subnet : link.subnets()) {
            InetAddress address = Topology.address(host, link, subnet);
            lines.add("addr replace %s/%d dev %s%s"
                    .formatted(address.getHostAddress(), subnet.length(), device, nodad(address)));
        }
        return lines;
    }

    private List<String> routesDown(String host) {
        Map<Subnet, Set<InetAddress>> gateways = new LinkedHashMap<>();
        for (Link link : topology.downlinks(host)) {
            below(
                    link.lower(),
                    subnet -> link.subnets().stream()
                            .filter(hop -> hop.isV4() == subnet.isV4())
                            .findFirst()
                            .ifPresent(hop -> gateways.computeIfAbsent(subnet, added -> new LinkedHashSet<>())
                                    .add(Topology.address(link.lower(), link, hop))));
        }
        List<String> lines = new ArrayList<>();
        gateways.forEach((subnet, hops) -> lines.add(route("add", subnet, isSplit(host, subnet) ? hops : first(hops))));
        return lines;
    }

    /** Several hosts of one router share its packets; of several cities, the first gets them all. */
    private boolean isSplit(String host, Subnet subnet) {
        return topology.downlinks(host).stream()
                .map(link -> topology.node(link.lower()))
                .anyMatch(node -> node.addresses().contains(subnet.base())
                        || node.anycast().contains(subnet.base()));
    }

    private static Set<InetAddress> first(Set<InetAddress> hops) {
        return hops.stream().limit(1).collect(Collectors.toSet());
    }

    /** A line for {@code ip -batch}: packets to there are spread over these hosts. */
    static String route(String verb, Subnet to, Collection<InetAddress> hops) {
        StringBuilder line = new StringBuilder("route " + verb + " " + to);
        for (InetAddress hop : hops) {
            line.append(hops.size() > 1 ? " nexthop" : "").append(" via ").append(hop.getHostAddress());
        }
        return line.toString();
    }

    /** Every subnet that is reached by a host and is not its own uplink's. */
    private void below(String host, Consumer<Subnet> found) {
        Node node = topology.node(host);
        node.addresses().forEach(address -> found.accept(Subnet.only(address)));
        node.anycast().forEach(address -> found.accept(Subnet.only(address)));
        Consumer<Subnet> announced = subnet -> {
            if (node.udpTimeout().isEmpty() || !subnet.isV4()) {
                found.accept(subnet);
            }
        };
        for (Link link : topology.downlinks(host)) {
            link.subnets().forEach(announced);
            below(link.lower(), announced);
        }
    }

    private static String nodad(InetAddress address) {
        return address.getAddress().length == 16 ? " nodad" : "";
    }
}
