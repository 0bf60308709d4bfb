package weft.edge;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import weft.netio.Family;
import weft.netio.Prefix;

/**
 * What BIRD 2 on an edge's machine is to do: tell the routers in front that the anycast addresses are here, for as long as
 * the edge announces them (see {@link Announcement}), and nothing else.
 *
 * @param edge its name
 * @param routerId of BIRD (RFC 6286): an IPv4 address that no other BGP speaker of the network uses
 * @param asn the edge's AS number, 1 to 2³²−1 (RFC 6793); private ones are 64512 to 65534 and 4200000000 to 4294967294
 * @param routerAsn the routers'; the same number makes the sessions IBGP
 * @param routers their addresses on the edge's links, 1 to {@value #MOST_ROUTERS}, of just those families that are announced
 * @param listen where the edge listens: addresses that are announced, no wildcard
 */
public record BirdConfig(
        String edge,
        String interfaceName,
        InetAddress routerId,
        long asn,
        long routerAsn,
        List<InetAddress> routers,
        List<InetSocketAddress> listen) {
    /** The first of those for private use (RFC 6996). */
    public static final long PRIVATE_ASN = 64_512;

    private static final int MOST_ROUTERS = 8;
    private static final long MAX_ASN = 0xffff_ffffL;

    public BirdConfig {
        routers = List.copyOf(routers);
        listen = List.copyOf(listen);
        demandAsn(asn);
        demandAsn(routerAsn);
        if (!(routerId instanceof Inet4Address) || routerId.isAnyLocalAddress()) {
            throw new IllegalArgumentException(
                    "a router id looks like an IPv4 address, unlike " + routerId.getHostAddress());
        }
        if (routers.isEmpty() || routers.size() > MOST_ROUTERS) {
            throw new IllegalArgumentException("an edge has 1 to " + MOST_ROUTERS + " routers in front");
        }
        for (InetAddress router : routers) {
            if (router.isLinkLocalAddress() || router.isAnyLocalAddress() || router.isMulticastAddress()) {
                throw new IllegalArgumentException(
                        "a router has an address of its own, and no link-local one, unlike " + router.getHostAddress());
            }
        }
        Set<Family> announced = families(Anycast.of(listen));
        if (announced.isEmpty()) {
            throw new IllegalArgumentException("the edge listens on no address of its own that could be announced");
        }
        if (!announced.equals(families(routers))) {
            throw new IllegalArgumentException("addresses of " + announced + " are announced, but the routers have "
                    + families(routers) + ": each family needs a router");
        }
    }

    private static Set<Family> families(List<InetAddress> addresses) {
        return addresses.stream().map(Family::of).collect(Collectors.toCollection(() -> EnumSet.noneOf(Family.class)));
    }

    private static void demandAsn(long number) {
        if (number < 1 || number > MAX_ASN) {
            throw new IllegalArgumentException("an AS number lies from 1 to " + MAX_ASN + ", unlike " + number);
        }
    }

    /** A whole configuration file. */
    public String text() {
        StringBuilder text = new StringBuilder(head());
        families(Anycast.of(listen)).forEach(family -> text.append(learnt(family)));
        text.append("""

                # The routers in front. A session that BFD has ended is tried again at once rather than after a minute.
                """);
        for (int i = 0; i < routers.size(); i++) {
            text.append(session("router" + (i + 1), routers.get(i)));
        }
        return text.toString();
    }

    private String head() {
        return """
                # BIRD 2 on the machine of edge %s, as `weft edge bird` prints it: it tells the routers in front to lead
                # packets for the fleet's anycast addresses here while the edge takes them. It announces nothing else, accepts
                # no route, and leaves the machine's own routes alone.

                log syslog all;
                router id %s;

                # Knows this machine's links and their addresses.
                protocol device { }

                # Notices within 150 ms that a router, or the way to it, is gone; a router with longer intervals is followed.
                # Routers notice the same of this machine.
                protocol bfd {
                	accept direct;
                	interface "*" { min rx interval 50 ms; min tx interval 50 ms; multiplier 3; };
                }

                # The edge keeps a route to each of its anycast addresses in routing table %3$d, but not while it starts, drains or
                # ends. The routes are on the device of its process, and so gone when that is. See them: ip route show table %3$d
                """.formatted(edge, routerId.getHostAddress(), Anycast.TABLE);
    }

    /** BIRD hears of changes at once; the scan is for what it might miss. */
    private String learnt(Family family) {
        return """
                protocol kernel announced%1$s {
                	kernel table %2$d;
                	learn;
                	scan time 10;
                	ipv%1$s { import where %3$s; export none; };
                }
                """.formatted(version(family), Anycast.TABLE, announced(family));
    }

    private String session(String name, InetAddress router) {
        Family family = Family.of(router);
        return """
                protocol bgp %s {
                	local as %s;
                	neighbor %s as %s;
                	direct;
                	bfd on;
                	graceful restart off;
                	hold time 9;
                	connect delay time 1; connect retry time 2; error wait time 1, 2;
                	ipv%s { import none; export where %s; next hop self; };
                }
                """.formatted(name, asn, router.getHostAddress(), routerAsn, version(family), announced(family));
    }

    private static String version(Family family) {
        return family == Family.IPV4 ? "4" : "6";
    }

    private String announced(Family family) {
        String prefixes = Anycast.of(listen).stream()
                .filter(address -> Family.of(address) == family)
                .map(address -> Prefix.of(address).toString())
                .collect(Collectors.joining(", "));
        return "net ~ [ " + prefixes + " ] && ifname = \"" + interfaceName + "\"";
    }
}
