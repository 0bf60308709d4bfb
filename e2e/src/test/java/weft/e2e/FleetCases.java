package weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
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
import weft.lab.Cities;
import weft.lab.Download;
import weft.lab.Fleet;
import weft.lab.FleetSetup;
import weft.lab.Host;
import weft.lab.NextHops;
import weft.lab.Pings;
import weft.lab.Topology;
import weft.lab.Website;
import weft.lab.World;

/**
 * A city of four edges behind a router that spreads packets by addresses and ports, and a phone that changes both: by our
 * client, and by a stock one.
 */
@Isolated("it judges times")
@Timeout(1200)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
abstract class FleetCases {
    private static final List<String> EDGES = List.of("a1", "a2", "a3", "a4");
    private static final String WEB = "198.51.100.4";
    private static final int RATE = 2 << 20;
    private static final int PIECES = 14;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** How long an edge needs to be known as alive again, and to get the records that it shall keep. */
    private static final Duration SETTLE = Duration.ofMillis(1_200);

    private final World world = World.raise(Cities.of(EDGES.size(), 0, 1600, Duration.ofSeconds(30)));
    private final Website website = Website.start(world, RATE);

    private final Phone kind;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private Fleet fleet;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private NextHops hops;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private Identity identity;

    FleetCases(Phone kind) {
        this.kind = kind;
    }

    @BeforeAll
    void goOnline() {
        EDGES.forEach(edge -> Written.collect(world.host(edge)));
        fleet = Fleet.start(
                world, List.of(WeftProgram.command()), FleetSetup.byEtcd().withClocks());
        hops = NextHops.watch(world, Cities.router("a"), Cities.ANYCAST);
        fleet.openRegistration();
        identity = kind.connect(world, fleet);
        holder("15"); // the first page may take as long as a first handshake
        world.host(Topology.INTERNET).feed("""
                table inet count {
                  counter initiations { }
                  chain forward { type filter hook forward priority filter; udp length 156 counter name initiations; }
                }
                """, "nft", "-f", "-");
    }

    @AfterAll
    void end() {
        hops.close();
        world.close();
    }

    private Host phone() {
        return world.host(Topology.PHONE);
    }

    private int initiations() {
        String counters = world.host(Topology.INTERNET).output("nft", "list", "counters");
        String packets = counters.substring(counters.indexOf("packets ") + "packets ".length());
        return Integer.parseInt(packets.substring(0, packets.indexOf(' ')));
    }

    /** The edge whose address the Internet sees. */
    private String holder() {
        return holder("5");
    }

    private String holder(String seconds) {
        String page = phone().output(
                        "curl", "-4", "-sS", "--fail", "--max-time", seconds, "http://" + Topology.V4_NAME + "/");
        InetAddress seen = Website.client(Topology.V4_NAME, page);
        return EDGES.stream()
                .filter(edge -> world.topology().addresses(edge).contains(seen))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the website saw no edge"));
    }

    final Rebindings rebindings() {
        return new Rebindings(world, website, kind.toString(), this::holder, this::initiations);
    }

    @Test
    @Order(1)
    void aDownloadOutlivesRebindingsAndNoHandshakeIsNeeded() {
        rebindings().besidePings(10);
    }

    @Test
    @Order(2)
    @Tag("full")
    void aDownloadOutlivesFiftyRebindings() {
        for (int i = 0; i < 5; i++) {
            rebindings().besidePings(10);
        }
    }

    @Test
    @Order(3)
    void aDownloadOutlivesNetworkChanges() {
        String holder = holder();
        try (Pings pings = Pings.begin(phone(), WEB, "0.2")) {
            Download download = Download.start(phone(), "http://" + Topology.DUAL_NAME + "/large");
            for (int i = 1; i <= 4; i++) {
                download.awaitReceived(((long) i * PIECES / 4) << 20, PATIENCE);
                world.move(
                        Topology.PHONE,
                        world.network(Topology.PHONE).equals(Topology.WIFI) ? Topology.CELLULAR : Topology.WIFI);
                kind.networkChanged(world);
            }
            Download.Result result = download.await();
            assertThat(result.sha256()).isEqualTo(website.sha256());
            System.out.printf(
                    "%s: 4 network changes, longest stall %d ms, longest gap between answers %d ms%n",
                    kind, result.longestStall().toMillis(), pings.longestGap().toMillis());
        }
        assertThat(holder()).isEqualTo(holder);
    }

    private Kills kills() {
        return new Kills(world, fleet, kind.toString(), identity.clientNumber(), this::holder, this::initiations);
    }

    @Test
    @Order(4)
    void whenTheOwnerIsKilledAnotherCarriesItsSessionWithinASecond() throws InterruptedException {
        kills().inPairs(1, Fate.KILLED);
    }

    @Test
    @Order(5)
    @Tag("full")
    void whenTheOwnersHostIsCutOffAnotherCarriesItsSessionWithinASecond() throws InterruptedException {
        kills().inPairs(10, Fate.CUT_OFF);
    }

    @Test
    @Order(6)
    @Tag("full")
    void twentyKillingsInARow() throws InterruptedException {
        kills().inPairs(10, Fate.KILLED);
    }

    @Test
    @Order(6)
    @Tag("full")
    void whenOwnerAndSecondAreKilledTogetherTheDeviceFindsAnotherByItself() throws InterruptedException {
        kills().ownersAndSeconds(10);
    }

    @Test
    @Order(6)
    void anEdgeWhoseClockIsOffBeginsNoHandshake() throws InterruptedException {
        kills().theKeepersClockIsOff();
    }

    /** One that sends nothing is not asked to: the edge begins. */
    @Test
    @Order(7)
    void aDeviceThatSendsNothingIsTakenOverToo() throws InterruptedException {
        String holder = holder();
        int before = initiations();
        fleet.edge(holder).kill();
        Thread.sleep(900);
        assertThat(initiations()).as("an edge has begun a handshake").isGreaterThan(before);
        assertThat(phone().run("ping", "-c", "1", "-W", "1", WEB).ok()).isTrue();
        fleet.startEdge(holder);
        Thread.sleep(SETTLE);
    }

    private Drains drains() {
        return new Drains(world, fleet, website, kind.toString(), this::holder);
    }

    @Test
    @Order(8)
    void threeOfFourEdgesAreDrainedAtOnceInMidDownloadAndTheTunnelLosesNothing() throws InterruptedException {
        drains().allButOne(1);
    }

    @Test
    @Order(9)
    @Tag("full")
    void anEdgeThatIsToldToEndGivesItsSessionsAwayFirstAndEndsAtOnceIfToldAgain() throws InterruptedException {
        drains().bySignal();
    }

    @Test
    @Order(10)
    @Tag("full")
    void aDownloadOnAnotherEdgeDoesNotNoticeThatOneIsDrainedAndOneIsAdded() throws InterruptedException {
        drains().another();
    }

    @Test
    @Order(11)
    @Tag("full")
    void tenDrainsOfThreeOfFour() throws InterruptedException {
        drains().allButOne(10);
    }

    @Test
    @Order(12)
    @Tag("full")
    void tenDrainsOfTheEdgeThatThePhoneIsOn() throws InterruptedException {
        drains().theHolder(10);
    }

    @Test
    @Order(13)
    void nothingThatTheEdgesHaveSaidOrLeftBehindTellsWhoTheirClientIs() throws IOException, InterruptedException {
        Traces traces = new Traces(world, fleet, EDGES);
        traces.mustNotShow(identity);
        traces.areNone();
    }
}
