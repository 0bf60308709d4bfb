package weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import weft.lab.Cities;
import weft.lab.Download;
import weft.lab.Fleet;
import weft.lab.FleetSetup;
import weft.lab.Host;
import weft.lab.NextHops;
import weft.lab.Topology;
import weft.lab.Website;
import weft.lab.World;

/** Two cities on one anycast address, and a phone that the network leads to the one and then to the other. */
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
abstract class CityMoveCases {
    private static final List<String> EDGES = List.of("a1", "a2", "b1", "b2");
    private static final String WEB = "198.51.100.4";
    private static final int RATE = 16 << 20;

    /** How long a city may take to have the session for itself. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** REKEY_TIMEOUT: an edge begins a handshake with one device no more often. */
    private static final Duration PAUSE = Duration.ofSeconds(5);

    private final World world = World.raise(Cities.of(2, 2, 1600, Duration.ofSeconds(30)));
    private final Website website = Website.start(world, RATE);
    private final List<NextHops> hops = new ArrayList<>();
    private final Phone kind;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private Fleet fleet;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private Identity identity;

    CityMoveCases(Phone kind) {
        this.kind = kind;
    }

    @BeforeAll
    void goOnline() {
        EDGES.forEach(edge -> Written.collect(world.host(edge)));
        fleet = Fleet.start(
                world, List.of(WeftProgram.command()), FleetSetup.byFile().with("WEFT_LOG=DEBUG"));
        hops.add(NextHops.watch(world, Cities.router("a"), Cities.ANYCAST));
        hops.add(NextHops.watch(world, Cities.router("b"), Cities.ANYCAST));
        fleet.openRegistration();
        identity = kind.connect(world, fleet);
    }

    @AfterAll
    void end() {
        hops.forEach(NextHops::close);
        world.close();
    }

    private Host phone() {
        return world.host(Topology.PHONE);
    }

    /** The city whose edge the Internet sees; empty if the page's flow ended with a move that came in between. */
    private Optional<String> city() {
        Host.Result page =
                phone().run("curl", "-4", "-sS", "--fail", "--max-time", "1", "http://" + Topology.V4_NAME + "/");
        if (!page.ok()) {
            return Optional.empty();
        }
        InetAddress seen = Website.client(Topology.V4_NAME, page.output().stripTrailing());
        return Optional.of(EDGES.stream()
                .filter(edge -> world.topology().addresses(edge).contains(seen))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the website saw no edge"))
                .substring(0, 1));
    }

    private String await(Predicate<String> wanted) throws InterruptedException {
        long begun = System.nanoTime();
        Optional<String> seen = city().filter(wanted);
        while (seen.isEmpty()) {
            assertThat(System.nanoTime() - begun).isLessThan(PATIENCE.toNanos());
            Thread.sleep(20);
            seen = city().filter(wanted);
        }
        return seen.get();
    }

    private void lead(String city) {
        world.lead(Topology.INTERNET, Cities.ANYCAST, Cities.router(city));
    }

    @Test
    @Order(1)
    void whereverTheNetworkLeadsItADeviceGetsPacketsWithinASecond() throws InterruptedException {
        moves(2);
    }

    @Test
    @Order(2)
    @Tag("full")
    void tenMoves() throws InterruptedException {
        moves(10);
    }

    private void moves(int times) throws InterruptedException {
        List<Long> gaps = new ArrayList<>();
        List<Long> taken = new ArrayList<>();
        String at = await(any -> true);
        for (int i = 0; i < times; i++) {
            String other = at.equals("a") ? "b" : "a";
            try (Pings pings = Pings.begin(phone(), WEB, "0.02")) {
                Thread.sleep(400);
                lead(other);
                long begun = System.nanoTime();
                await(other::equals);
                taken.add((System.nanoTime() - begun) / 1_000_000);
                Thread.sleep(1_200);
                gaps.add(pings.longestGap().toMillis());
            }
            Download.Result anew = Download.start(phone(), "http://" + Topology.DUAL_NAME + "/large")
                    .await();
            assertThat(anew.sha256()).isEqualTo(website.sha256());
            at = other;
            Thread.sleep(PAUSE);
        }
        System.out.printf(
                "%s: %d moves to the other city, longest gap between answers of each %s ms; seen there after %s ms at most%n",
                kind, times, gaps, taken);
        assertThat(gaps).allSatisfy(gap -> assertThat(gap).isLessThan(1_000));
    }

    /** Though they say all they can; the device's addresses may stand in lines of DEBUG. */
    @Test
    @Order(3)
    void nothingThatTheEdgesHaveSaidOrLeftBehindTellsWhoTheirClientIs() throws IOException, InterruptedException {
        Traces traces = new Traces(world, fleet, EDGES);
        traces.mustNotShow(identity);
        traces.areNone();
    }
}
