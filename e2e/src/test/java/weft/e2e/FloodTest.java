package weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import weft.lab.Daemon;
import weft.lab.Host;
import weft.lab.Pings;
import weft.lab.Topology;

/**
 * Floods of one edge, each beside an equal one to a socket on the same machine that nobody reads, in turns. All share two
 * cores: the flooding program, the edges, the device and iperf3. So what an edge spends on a flood is missing in a stream.
 */
@Isolated("it judges speeds")
@Timeout(900)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Tag("full")
class FloodTest {
    private static final long SEED = 20_261_125;
    private static final int RATE = 20_000;

    /** In a pair of two seconds each a stream's own speed is not known better, least of all on a machine with other work. */
    private static final double SHORT_BOUND = 0.4;

    private static final double BOUND = 0.9;

    /** Then no edge is under load any more, and none answers a replay with a cookie. */
    private static final Duration FLOOD_FORGOTTEN = Duration.ofSeconds(3);

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Inner 84 bytes, padded to 96, and 32 around them. */
    private static final int PING = 128;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private static Path directory;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private FloodedCity city;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private byte[] initiations;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private Recording recorded;

    @BeforeAll
    void goOnline() throws IOException, InterruptedException {
        city = new FloodedCity(directory);
        initiations = Forgeries.initiations(city.publicKey(), SEED);
        recorded = Recording.begin(city.world);
        Phone.STOCK.connect(city.world, city.fleet);
        phone().output("ping", "-c", "300", "-i", "0.002", "-W", "1", FloodedCity.WEB);
        recorded.end(Forgeries.INITIATION, PING);
        city.throughput(Topology.PHONE, 3, false);
    }

    @AfterAll
    void end() {
        city.close();
    }

    private Host phone() {
        return city.world.host(Topology.PHONE);
    }

    private record Flood(String name, byte[] datagrams, int size, FloodedCity.Sources sources) {}

    private List<Flood> floods() throws IOException {
        return List.of(
                new Flood("forged initiations, one source", initiations, Forgeries.INITIATION, FloodedCity.Sources.ONE),
                new Flood(
                        "forged initiations, many sources",
                        initiations,
                        Forgeries.INITIATION,
                        FloodedCity.Sources.MANY),
                new Flood("replayed data, many sources", recorded.datagrams(PING), PING, FloodedCity.Sources.MANY),
                new Flood("forged data, many sources", Forgeries.data(SEED), Forgeries.DATA, FloodedCity.Sources.MANY));
    }

    @Test
    @Order(1)
    void sessionsGoOnDuringAFloodAndItDrawsNoMoreThanItBrings() throws IOException {
        for (Flood flood : floods()) {
            if (flood.sources() == FloodedCity.Sources.MANY) {
                sessionsKeep(SHORT_BOUND, flood, 1, 2, false);
            }
        }
    }

    @Test
    @Order(2)
    @Tag("full")
    void underAFloodSessionsKeepNineTenthsOfTheirSpeed() throws IOException {
        for (Flood flood : floods()) {
            speed(city.holder(Topology.PHONE), flood, true, 4, false); // what runs is compiled by then
            sessionsKeep(BOUND, flood, 7, 3, false);
            sessionsKeep(BOUND, flood, 7, 3, true);
        }
    }

    private void sessionsKeep(double bound, Flood flood, int rounds, int seconds, boolean down) {
        String edge = city.holder(Topology.PHONE);
        city.aimAt(edge);
        FloodedCity.Count sent = city.sent();
        FloodedCity.Count drawn = city.drawn();
        List<Double> flooded = new ArrayList<>();
        List<Double> discarded = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            boolean floodFirst = i % 2 == 0;
            (floodFirst ? flooded : discarded).add(speed(edge, flood, floodFirst, seconds, down));
            (floodFirst ? discarded : flooded).add(speed(edge, flood, !floodFirst, seconds, down));
        }
        double ratio = median(flooded) / median(discarded);
        long bytes = city.sent().bytes() - sent.bytes();
        long back = city.drawn().bytes() - drawn.bytes();
        System.out.printf(
                Locale.ROOT,
                "flood of %s, %d a second, TCP %s: %.0f Mbit/s, %.0f beside an equal flood that is discarded: %.3f;"
                        + " it brought %d bytes and drew %d%n",
                flood.name(),
                RATE,
                down ? "down" : "up",
                median(flooded),
                median(discarded),
                ratio,
                bytes / 2,
                back);
        assertThat(ratio).as(flood.name()).isGreaterThan(bound);
        assertThat(back).as("bytes drawn by " + flood.name()).isLessThanOrEqualTo(bytes / 2);
        assertThat(city.holder(Topology.PHONE)).isEqualTo(edge);
    }

    private double speed(String edge, Flood flood, boolean real, int seconds, boolean down) {
        double whole = seconds + 1;
        try (Daemon running = real
                ? city.flood(
                        flood.datagrams(),
                        flood.size(),
                        flood.sources(),
                        FloodedCity.ANYCAST,
                        FloodedCity.PORT,
                        RATE,
                        whole)
                : city.discarded(edge, flood.datagrams(), flood.size(), flood.sources(), RATE, whole)) {
            double speed = city.throughput(Topology.PHONE, seconds, down);
            running.await("to end", () -> !running.log().isEmpty(), PATIENCE);
            assertThat(Long.parseLong(running.log().strip()))
                    .as("the flood's datagrams")
                    .isGreaterThan((long) (RATE * whole / 2));
            return speed;
        }
    }

    private static double median(List<Double> of) {
        double[] sorted = of.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    @Test
    @Order(3)
    void newDevicesGetInDuringAFloodFromOneSource() {
        newDevicesGetIn(FloodedCity.Sources.ONE);
    }

    @Test
    @Order(4)
    @Tag("full")
    void newDevicesGetInDuringAFloodFromManySources() {
        newDevicesGetIn(FloodedCity.Sources.MANY);
    }

    private void newDevicesGetIn(FloodedCity.Sources sources) {
        String edge = city.holder(Topology.PHONE);
        city.aimAt(edge);
        try (Daemon flood = city.flood(
                initiations, Forgeries.INITIATION, sources, FloodedCity.ANYCAST, FloodedCity.PORT, RATE, 120)) {
            getsIn(Phone.STOCK, city.stockDevices().removeFirst());
            getsIn(Phone.OURS, city.ourDevices().removeFirst());
            assertThat(flood.alive()).as("the flood goes on").isTrue();
        }
    }

    private void getsIn(Phone kind, String device) {
        long begun = System.nanoTime();
        kind.connect(city.world, city.fleet, device);
        while (!city.world
                .host(device)
                .run("ping", "-c1", "-W1", FloodedCity.WEB)
                .ok()) {
            assertThat(System.nanoTime() - begun).as(kind + " gets in").isLessThan(PATIENCE.toNanos());
        }
        System.out.printf(
                Locale.ROOT,
                "%s: registered and connected during a flood within %d ms%n",
                kind,
                Duration.ofNanos(System.nanoTime() - begun).toMillis());
    }

    /** At the edge that has the session, and at the other one. */
    @Test
    @Order(5)
    void aReplayedInitiationChangesNothingAtAnyEdge() throws IOException, InterruptedException {
        Thread.sleep(FLOOD_FORGOTTEN);
        byte[] initiation = recorded.datagrams(Forgeries.INITIATION);
        String holder = city.holder(Topology.PHONE);
        String handshake = phone().output("wg", "show", "wg0", "latest-handshakes");
        FloodedCity.Count drawn = city.drawn();
        for (String edge : FloodedCity.EDGES) {
            city.aimAt(edge);
            try (Pings pings = Pings.begin(phone(), FloodedCity.WEB, "0.05")) {
                Thread.sleep(200);
                try (Daemon replay = city.flood(
                        initiation,
                        Forgeries.INITIATION,
                        FloodedCity.Sources.MANY,
                        FloodedCity.ANYCAST,
                        FloodedCity.PORT,
                        50,
                        1)) {
                    replay.await("to end", () -> !replay.log().isEmpty(), PATIENCE);
                }
                Thread.sleep(200);
                assertThat(pings.lost()).isZero();
                assertThat(pings.answered()).isGreaterThan(10);
            }
        }
        assertThat(city.drawn()).as("what came back to who replayed").isEqualTo(drawn);
        assertThat(city.holder(Topology.PHONE)).isEqualTo(holder);
        assertThat(phone().output("wg", "show", "wg0", "latest-handshakes")).isEqualTo(handshake);
    }
}
