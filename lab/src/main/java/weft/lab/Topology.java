package weft.lab;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a world is made of: hosts, the links that hang them below one another, and the names that they know.
 *
 * <p>It is a tree with {@link #INTERNET} at the top, but for devices, which may have several uplinks and use one of them
 * at a time. Addresses and routes follow from it: the upper end of a link has the subnet's first address, the lower end
 * the second; a host's default route leads up, and every host above knows the way down to each subnet and address, by
 * all links that lead there. What is below a NAT is unknown above it, so inner addresses that leak are answered by nobody.
 */
public record Topology(List<Node> nodes, List<Link> links, Map<String, List<InetAddress>> names) {
    public static final String PHONE = "phone";
    /** A second device, of fleets' worlds. */
    public static final String LAPTOP = "laptop";

    public static final String WIFI = "wifi";
    public static final String CELLULAR = "cellular";
    public static final String INTERNET = "internet";
    public static final String ROUTER = "router";
    public static final String EDGE = "edge1";
    public static final String WEB = "web";

    /** Names of the Internet side that have an IPv4 address only, an IPv6 address only, and both. */
    public static final String V4_NAME = "v4.weft.test";

    public static final String V6_NAME = "v6.weft.test";
    public static final String DUAL_NAME = "dual.weft.test";

    /** What most home routers and mobile networks give a UDP mapping (RFC 4787, section 4.3, asks for more). */
    public static final Duration USUAL_UDP_TIMEOUT = Duration.ofSeconds(30);

    /**
     * One network stack.
     *
     * @param addresses service addresses beside those of its links
     * @param anycast addresses that are led to it, and that a program of its own holds while it runs
     * @param udpTimeout how long its NAT keeps a silent UDP mapping; empty: it translates nothing
     */
    public record Node(
            String name, List<InetAddress> addresses, List<InetAddress> anycast, Optional<Duration> udpTimeout) {
        public Node {
            addresses = List.copyOf(addresses);
            anycast = List.copyOf(anycast);
        }
    }

    /**
     * A cable. Each end's interface bears the name of the host at the other end.
     *
     * @param subnets at most one of each family
     * @param mtu in bytes
     */
    public record Link(String lower, String upper, List<Subnet> subnets, int mtu) {
        /** Ethernet's. */
        public static final int USUAL_MTU = 1500;

        public Link {
            subnets = List.copyOf(subnets);
        }

        /** The lower end's address of the same family as another address. */
        InetAddress below(InetAddress other) {
            return subnets.stream()
                    .filter(subnet -> subnet.isV4() == Subnet.only(other).isV4())
                    .findFirst()
                    .map(subnet -> address(lower, this, subnet))
                    .orElseThrow(() -> new LabException(lower + " and " + upper + " share no such family."));
        }
    }

    public Topology {
        nodes = List.copyOf(nodes);
        links = List.copyOf(links);
        names = Map.copyOf(names);
    }

    /** One city with one edge, a phone with two access networks, three names on the Internet side. */
    public static Topology oneCity() {
        return oneCity(USUAL_UDP_TIMEOUT);
    }

    /** As {@link #oneCity()}, with NATs that forget a silent UDP mapping after that time (whole seconds). */
    public static Topology oneCity(Duration udpTimeout) {
        return new Builder()
                .host(INTERNET)
                .nat(WIFI, udpTimeout)
                .link(WIFI, INTERNET, "192.0.2.0/30", "2001:db8:f:1::/64")
                .nat(CELLULAR, udpTimeout)
                .link(CELLULAR, INTERNET, "192.0.2.4/30")
                .host(PHONE)
                .link(PHONE, WIFI, "192.168.1.0/24", "2001:db8:a:1::/64")
                .link(PHONE, CELLULAR, "100.64.0.0/24")
                .host(ROUTER)
                .link(ROUTER, INTERNET, "192.0.2.8/30", "2001:db8:f:2::/64")
                .host(EDGE, "203.0.113.1", "2001:db8:1::1")
                .link(EDGE, ROUTER, "203.0.113.64/30", "2001:db8:1:1::/64")
                .host(WEB, "198.51.100.4", "2001:db8:80::6", "198.51.100.46", "2001:db8:80::46")
                .link(WEB, INTERNET, "192.0.2.12/30", "2001:db8:f:3::/64")
                .name(V4_NAME, "198.51.100.4")
                .name(V6_NAME, "2001:db8:80::6")
                .name(DUAL_NAME, "198.51.100.46", "2001:db8:80::46")
                .build();
    }

    public Node node(String name) {
        return nodes.stream()
                .filter(node -> node.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new LabException("There is no host " + name + " in this world."));
    }

    /** The links that a host hangs on, in the order in which it prefers them. */
    public List<Link> uplinks(String host) {
        return links.stream().filter(link -> link.lower().equals(host)).toList();
    }

    public List<Link> downlinks(String host) {
        return links.stream().filter(link -> link.upper().equals(host)).toList();
    }

    /** A host's address on a link. */
    public static InetAddress address(String host, Link link, Subnet subnet) {
        return subnet.address(host.equals(link.upper()) ? 1 : 2);
    }

    /** Every address by which a host may be a packet's source: its service addresses and those of its uplinks. */
    public List<InetAddress> addresses(String host) {
        List<InetAddress> all = new ArrayList<>(node(host).addresses());
        for (Link link : uplinks(host)) {
            for (Subnet subnet : link.subnets()) {
                all.add(address(host, link, subnet));
            }
        }
        return List.copyOf(all);
    }

    /** Puts a topology together; {@link #build} refuses links between unknown hosts. */
    public static final class Builder {
        private final List<Node> nodes = new ArrayList<>();
        private final List<Link> links = new ArrayList<>();
        private final Map<String, List<InetAddress>> names = new LinkedHashMap<>();

        public Builder host(String name, String... addresses) {
            nodes.add(new Node(name, literals(addresses), List.of(), Optional.empty()));
            return this;
        }

        /** A host that anycast addresses are led to. */
        public Builder anycast(String name, String... addresses) {
            nodes.add(new Node(name, List.of(), literals(addresses), Optional.empty()));
            return this;
        }

        /** A router that translates IPv4 on its uplink and lets nothing new in from there, on either family. */
        public Builder nat(String name, Duration udpTimeout) {
            nodes.add(new Node(name, List.of(), List.of(), Optional.of(udpTimeout)));
            return this;
        }

        public Builder link(String lower, String upper, String... subnets) {
            return link(Link.USUAL_MTU, lower, upper, subnets);
        }

        public Builder link(int mtu, String lower, String upper, String... subnets) {
            List<Subnet> parsed = List.of(subnets).stream().map(Subnet::of).toList();
            links.add(new Link(lower, upper, parsed, mtu));
            return this;
        }

        public Builder name(String name, String... addresses) {
            names.put(name, literals(addresses));
            return this;
        }

        public Topology build() {
            Topology topology = new Topology(nodes, links, names);
            for (Link link : links) {
                topology.node(link.lower());
                topology.node(link.upper());
            }
            return topology;
        }

        private static List<InetAddress> literals(String... addresses) {
            return List.of(addresses).stream().map(InetAddress::ofLiteral).toList();
        }
    }
}
