package weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;
import weft.lab.BgpCity;
import weft.lab.Cities;
import weft.lab.Fleet;
import weft.lab.Host;
import weft.lab.NextHops;
import weft.lab.Pings;
import weft.lab.Topology;
import weft.lab.Website;
import weft.lab.World;

/** A city of three edges that announce themselves to their router, by Debian's BIRD on both sides. */
@Timeout(900)
@Isolated("it judges times")
@Tag("full")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BgpCityTest {
    private static final List<String> EDGES = List.of("b1", "b2", "b3");
    private static final String WEB = "198.51.100.4";
    private static final Pattern DEVICE = Pattern.compile(" dev (\\S+)");
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    /** How long an edge needs to be known as alive again, and to get the records that it shall keep. */
    private static final Duration SETTLE = Duration.ofMillis(1_200);

    private final World world = World.raise(Cities.of(0, EDGES.size(), 1600, Duration.ofSeconds(30)));

    @SuppressWarnings("NullAway.Init") // set before all tests
    private Fleet fleet;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private BgpCity city;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private RouteChanges changes;

    @BeforeAll
    void goOnline() {
        Website.start(world, 2 << 20);
        fleet = Fleet.start(world, List.of(WeftProgram.command()));
        city = BgpCity.start(world, fleet, "b");
        changes = new RouteChanges(router());
        fleet.openRegistration();
        Phone.OURS.connect(world, fleet, Topology.PHONE);
        Phone.STOCK.connect(world, fleet, Topology.LAPTOP);
    }

    @AfterAll
    void end() {
        world.close();
    }

    private Host router() {
        return world.host(Cities.router("b"));
    }

    /** The edge whose address the Internet sees the phone by. */
    private String holder() {
        return holder(Topology.PHONE);
    }

    private String holder(String device) {
        String page = world.host(device)
                .output("curl", "-4", "-sS", "--fail", "--max-time", "5", "http://" + Topology.V4_NAME + "/");
        InetAddress seen = Website.client(Topology.V4_NAME, page);
        return EDGES.stream()
                .filter(edge -> world.topology().addresses(edge).contains(seen))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the website saw no edge"));
    }

    private static List<String> without(String edge) {
        return EDGES.stream().filter(other -> !other.equals(edge)).toList();
    }

    private void await(List<String> edges) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!city.edges().equals(edges)) {
            assertThat(System.nanoTime() - deadline)
                    .as("15 s have passed, and the router leads to " + city.edges() + " rather than " + edges)
                    .isNegative();
            Thread.sleep(20);
        }
    }

    private void isWithdrawn(String what, String edge, Instant then, Duration bound) throws InterruptedException {
        await(without(edge));
        Duration taken = changes.after(then);
        System.out.printf(Locale.ROOT, "BGP: %s, withdrawn after %.1f ms%n", what, taken.toNanos() / 1e6);
        assertThat(taken).isLessThan(bound);
    }

    @Test
    @Order(1)
    void theRouterSpreadsPacketsOverAllEdgesByAddressesAndPorts() {
        for (InetAddress anycast : Cities.ANYCAST) {
            List<String> ways = IntStream.range(40_000, 40_060)
                    .mapToObj(port -> router().output(
                                    "ip",
                                    "route",
                                    "get",
                                    anycast.getHostAddress(),
                                    "ipproto",
                                    "udp",
                                    "sport",
                                    Integer.toString(port),
                                    "dport",
                                    "2408"))
                    .flatMap(way -> DEVICE.matcher(way).results())
                    .map(found -> found.group(1))
                    .collect(Collectors.toSet())
                    .stream()
                    .sorted()
                    .toList();
            assertThat(ways).isEqualTo(EDGES);
        }
    }

    @Test
    @Order(2)
    void anEdgeThatIsKilledIsWithdrawnAtOnceAndIsBackWhenItRuns() throws InterruptedException {
        Instant then = Instant.now();
        fleet.edge("b1").kill();
        isWithdrawn("edge killed", "b1", then, Duration.ofMillis(150));
        fleet.startEdge("b1");
        await(EDGES);
    }

    @Test
    @Order(3)
    void aHostThatIsCutOffIsWithdrawnByBfdAndIsBackAfterwards() throws InterruptedException {
        Instant then = Instant.now();
        world.cut("b1");
        isWithdrawn("host cut off", "b1", then, Duration.ofMillis(500));
        world.mend("b1");
        Instant mended = Instant.now();
        await(EDGES);
        System.out.printf(
                "BGP: routes complete again %d ms after the cable is mended%n",
                Duration.between(mended, Instant.now()).toMillis());
        Thread.sleep(SETTLE);
    }

    /** The website goes on seeing the edge that has the session; its packets come to it by the others. */
    @Test
    @Order(4)
    void anEdgeThatDrainsIsWithdrawnKeepsItsSessionsAndComesBack() throws InterruptedException {
        String holder = holder();
        try (Pings pings = Pings.begin(world.host(Topology.PHONE), WEB, "0.05")) {
            Thread.sleep(300);
            fleet.drain(holder, "15m");
            await(without(holder));
            assertThat(holder()).isEqualTo(holder);
            fleet.undrain(holder);
            await(EDGES);
            assertThat(holder()).isEqualTo(holder);
            System.out.printf(
                    "BGP: edge drained and back, %d of %d pings lost, longest gap between answers %d ms%n",
                    pings.lost(),
                    pings.answered() + pings.lost(),
                    pings.longestGap().toMillis());
            assertThat(pings.lost()).isZero();
        }
    }

    /** Their sessions would have no way in. */
    @Test
    @Order(5)
    @Tag("full")
    void whenAllEdgesDrainNoneIsWithdrawn() throws InterruptedException {
        String holder = holder();
        for (String edge : EDGES) {
            fleet.drain(edge, "15m");
        }
        await(EDGES);
        assertThat(holder()).isEqualTo(holder);
        for (String edge : EDGES) {
            fleet.undrain(edge);
        }
        await(EDGES);
        Thread.sleep(SETTLE);
    }

    /** Its process runs, and its heartbeats arrive: only what devices send does not. */
    @Test
    @Order(6)
    @Tag("full")
    void anEdgeWhoseFirewallSwallowsWhatDevicesSendGivesItsSessionsAwayUntilItIsMended() throws InterruptedException {
        sickens("swallows what devices send", """
                table inet fault {
                  chain in { type filter hook prerouting priority -450; iifname "weft0" drop; }
                }
                """);
    }

    /** It hears neither devices nor edges, which hear it. */
    @Test
    @Order(7)
    @Tag("full")
    void anEdgeThatHearsNothingLeavesUntilItIsMended() throws InterruptedException {
        sickens("hears nothing", """
                table inet fault {
                  chain in { type filter hook prerouting priority -450; udp dport { 2408, 6080 } drop; }
                }
                """);
    }

    private void sickens(String what, String fault) throws InterruptedException {
        String holder = holder();
        Host edge = world.host(holder);
        try (Pings pings = Pings.begin(world.host(Topology.PHONE), WEB, "0.05")) {
            Thread.sleep(500);
            edge.feed(fault, "nft", "-f", "-");
            await(without(holder));
            Thread.sleep(SETTLE);
            System.out.printf(
                    "BGP: an edge %s, gap %d ms%n", what, pings.longestGap().toMillis());
            assertThat(pings.longestGap()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(10));
        }
        assertThat(holder()).isNotEqualTo(holder);
        assertThat(fleet.status(holder)).contains("\"data_path\":\"sick\"");
        edge.output("nft", "delete", "table", "inet", "fault");
        await(EDGES);
        assertThat(fleet.status(holder)).contains("\"data_path\":\"well\"");
        Thread.sleep(SETTLE);
    }

    @Test
    @Order(8)
    void whenTheOwnerIsKilledAnotherCarriesItsSessionWithinASecond() throws InterruptedException {
        killings("BGP", Topology.PHONE, 2);
        killings("BGP", Topology.LAPTOP, 2);
    }

    @Test
    @Order(9)
    @Tag("full")
    void twentyKillingsInARowAndAsManyWithStaticRoutes() throws InterruptedException {
        killings("BGP", Topology.PHONE, 20);
        killings("BGP", Topology.LAPTOP, 20);
        city.close();
        try (NextHops hops = NextHops.watch(world, Cities.router("b"), Cities.ANYCAST)) {
            assertThat(hops.living()).isEqualTo(EDGES);
            killings("static routes", Topology.PHONE, 20);
            killings("static routes", Topology.LAPTOP, 20);
        }
    }

    private void killings(String router, String device, int times) throws InterruptedException {
        List<Duration> gaps = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            String holder = holder(device);
            try (Pings pings = Pings.begin(world.host(device), WEB, "0.05")) {
                Thread.sleep(500);
                fleet.edge(holder).kill();
                Thread.sleep(1_300);
                assertThat(holder(device)).isNotEqualTo(holder);
                Thread.sleep(200);
                gaps.add(pings.longestGap());
            }
            fleet.startEdge(holder);
            Thread.sleep(SETTLE);
        }
        String kind = device.equals(Topology.PHONE) ? "our client" : "stock client";
        Gaps.print(router + ": owner of " + kind + " killed", gaps);
        assertThat(Gaps.percentile(gaps, 95)).isLessThan(Duration.ofSeconds(1));
    }
}
