package weft.lab;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import weft.lab.Topology.Link;

/**
 * A city of {@link Cities} whose router learns from its edges where the anycast addresses are: BIRD on the router, which is
 * the lab's, and on each edge, where {@code weft edge bird} configures it. Routes are spread over all edges that announce
 * themselves (ECMP). When it closes, the routes are static ones over all edges again.
 */
public final class BgpCity implements AutoCloseable {
    /** The routers' AS number in all cities of the lab. */
    static final int ROUTER_ASN = 64_513;

    private static final int EDGE_ASN = 64_512;
    private static final String CONFIGURATION = "/run/bird/bird.conf";
    private static final Pattern DEVICE = Pattern.compile(" dev (\\S+)");
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Host router;
    private final List<InetAddress> anycast;
    private final List<Link> links;
    private final List<Daemon> daemons = new ArrayList<>();

    private BgpCity(World world, String city, List<InetAddress> anycast) {
        router = world.host(Cities.router(city));
        this.anycast = List.copyOf(anycast);
        links = world.topology().downlinks(router.name());
    }

    /** Returns when the router's routes lead to every edge of the city, all of which must run. */
    public static BgpCity start(World world, Fleet fleet, String city) {
        Readiness.demand(Map.of("bird", "bird2"));
        BgpCity started = new BgpCity(world, city, Cities.ANYCAST);
        started.router.batch(started.staticRoutes("del"));
        started.launch(started.router, started.routerConfiguration());
        for (Link link : started.links) {
            started.launch(world.host(link.lower()), fleet.birdConfiguration(link.lower()));
        }
        started.daemons
                .getFirst()
                .await("to have routes to all edges", () -> started.edges().size() == started.links.size(), PATIENCE);
        return started;
    }

    private List<String> staticRoutes(String verb) {
        return anycast.stream()
                .map(address -> Plan.route(
                        verb,
                        Subnet.only(address),
                        links.stream().map(link -> link.below(address)).toList()))
                .toList();
    }

    private void launch(Host host, String configuration) {
        host.write(CONFIGURATION, configuration);
        daemons.add(host.start("bird", List.of("bird", "-f", "-c", CONFIGURATION, "-s", "/run/bird/bird.ctl")));
    }

    /** An address without an edge is unreachable; the default route would send its packets back up, round and round. */
    private String routerConfiguration() {
        StringBuilder text = new StringBuilder("""
                router id 192.0.2.254;
                protocol device { }
                protocol bfd {
                	accept direct;
                	interface "*" { min rx interval 50 ms; min tx interval 50 ms; multiplier 3; };
                }
                """);
        for (String family : List.of("4", "6")) {
            text.append("""
                    protocol static none%1$s { ipv%1$s { preference 1; }; %2$s}
                    protocol kernel kernel%1$s { ipv%1$s { import none; export all; }; merge paths on limit 16; }
                    """.formatted(family, unreachable(family)));
        }
        for (Link link : links) {
            for (Subnet subnet : link.subnets()) {
                text.append(session(link, subnet));
            }
        }
        return text.toString();
    }

    private String unreachable(String family) {
        return prefixes(family.equals("4")).stream()
                .map(prefix -> "route " + prefix + " unreachable; ")
                .collect(Collectors.joining());
    }

    private List<String> prefixes(boolean v4) {
        return anycast.stream()
                .map(Subnet::only)
                .filter(subnet -> subnet.isV4() == v4)
                .map(Subnet::toString)
                .toList();
    }

    private String session(Link link, Subnet subnet) {
        String family = subnet.isV4() ? "4" : "6";
        return """
                protocol bgp %s_%s {
                	local %s as %d;
                	neighbor %s as %d;
                	direct; bfd on; hold time 9;
                	connect delay time 1; connect retry time 2; error wait time 1, 2;
                	ipv%2$s { import where net ~ [ %s ]; export none; };
                }
                """.formatted(
                        link.lower(),
                        family,
                        Topology.address(link.upper(), link, subnet).getHostAddress(),
                        ROUTER_ASN,
                        Topology.address(link.lower(), link, subnet).getHostAddress(),
                        EDGE_ASN,
                        String.join(", ", prefixes(subnet.isV4())));
    }

    /** The edges that the router's routes to every one of the anycast addresses lead to, in order. */
    public List<String> edges() {
        TreeSet<String> all = new TreeSet<>(links.stream().map(Link::lower).toList());
        for (InetAddress address : anycast) {
            String family = Subnet.only(address).isV4() ? "-4" : "-6";
            String routes = router.output("ip", family, "route", "show", address.getHostAddress());
            all.retainAll(DEVICE.matcher(routes)
                    .results()
                    .map(found -> found.group(1))
                    .toList());
        }
        return List.copyOf(all);
    }

    @Override
    public void close() {
        daemons.reversed().forEach(Daemon::close);
        router.batch(staticRoutes("replace"));
    }
}
