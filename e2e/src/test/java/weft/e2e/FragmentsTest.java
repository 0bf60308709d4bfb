package weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import weft.lab.Cities;
import weft.lab.Fleet;
import weft.lab.Host;
import weft.lab.Topology;
import weft.lab.Website;
import weft.lab.World;

/** Full-size packets of a stock device with the usual tunnel MTU of 1420, which one edge passes to another. */
@Timeout(240)
@Tag("full")
class FragmentsTest {
    private static final List<String> EDGES = List.of("a1", "a2");
    private static final String MEMBERS = "/run/weft/members.toml";
    private static final int PINGS = 20;

    /** With the IP and ICMP headers 1420 bytes. */
    private static final String FULL_SIZE = "1392";

    @ParameterizedTest
    @ValueSource(ints = {1500, 1600})
    void theyGetThereInFragmentsThatAreCountedOrWholeWhereTheyFit(int mtu) throws InterruptedException {
        try (World world = World.raise(Cities.of(EDGES.size(), 0, mtu, Duration.ofSeconds(30)))) {
            Website.start(world, 1 << 20);
            Fleet fleet = Fleet.start(world, List.of(WeftProgram.command()));
            fleet.openRegistration();
            Phone.STOCK.connect(world, fleet);
            String holder = holder(world);
            String ingress = EDGES.stream()
                    .filter(edge -> !edge.equals(holder))
                    .findFirst()
                    .orElseThrow();
            leadThePhoneTo(world, ingress);
            goesThrough(world, fleet, ingress, mtu, "IpFragCreates");
            for (String edge : EDGES) {
                world.host(edge).output("sed", "-i", "s/\"203[^,]*, //", MEMBERS);
            }
            Thread.sleep(Duration.ofSeconds(4));
            goesThrough(world, fleet, ingress, mtu, "Ip6FragCreates");
        }
    }

    private static String holder(World world) {
        String page = world.host(Topology.PHONE)
                .output("curl", "-4", "-sS", "--fail", "--max-time", "10", "http://" + Topology.V4_NAME + "/");
        InetAddress seen = Website.client(Topology.V4_NAME, page);
        return EDGES.stream()
                .filter(edge -> world.topology().addresses(edge).contains(seen))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the website saw no edge"));
    }

    private static void leadThePhoneTo(World world, String edge) {
        Host router = world.host(Cities.router("a"));
        String anycast = Cities.ANYCAST.getFirst().getHostAddress();
        String below = world.topology().addresses(edge).getFirst().getHostAddress();
        router.output("ip", "route", "add", anycast, "via", below, "table", "400");
        router.output("ip", "rule", "add", "from", "192.0.2.2", "lookup", "400");
    }

    private static void goesThrough(World world, Fleet fleet, String ingress, int mtu, String kernels) {
        long counted = count(fleet, ingress, "fragmented");
        long forwarded = count(fleet, ingress, "forwarded");
        long created = created(world, ingress, kernels);
        String pings = world.host(Topology.PHONE)
                .output("ping", "-c", "20", "-i", "0.05", "-W", "3", "-s", FULL_SIZE, "198.51.100.4");
        assertThat(pings).contains(" 0% packet loss");
        counted = count(fleet, ingress, "fragmented") - counted;
        forwarded = count(fleet, ingress, "forwarded") - forwarded;
        created = created(world, ingress, kernels) - created;
        System.out.printf(
                "links of %d bytes: %d datagrams passed on, %d in fragments, %s %d%n",
                mtu, forwarded, counted, kernels, created);
        assertThat(forwarded).isGreaterThanOrEqualTo(PINGS);
        assertThat(counted).isEqualTo(mtu == 1500 ? PINGS : 0);
        assertThat(created).isEqualTo(mtu == 1500 ? 2 * PINGS : 0);
    }

    private static long count(Fleet fleet, String edge, String what) {
        return new JsonMapper()
                .readTree(fleet.status(edge))
                .path("counts")
                .path(what)
                .asLong();
    }

    private static long created(World world, String edge, String what) {
        String all = world.host(edge).output("nstat", "-az", what);
        return Long.parseLong(all.replaceFirst("(?s).*" + what + "\\s+(\\d+).*", "$1"));
    }
}
