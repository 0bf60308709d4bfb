package weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import weft.lab.Cities;
import weft.lab.Fleet;
import weft.lab.Host;
import weft.lab.NextHops;
import weft.lab.Pings;
import weft.lab.Topology;
import weft.lab.Website;
import weft.lab.World;

/**
 * A city of two edges changes its key and its secret by the operator's commands, with a stock phone and a laptop with our
 * client on it, which ping all the time.
 */
@Isolated("it judges times")
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KeyRotationTest {
    private static final List<String> EDGES = List.of("a1", "a2");
    private static final String WEB = "198.51.100.4";
    private static final String INTERVAL = "0.05";
    private static final int RATE = 2 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final World world = World.raise(Cities.of(EDGES.size(), 0, 1600, Duration.ofSeconds(30)));

    @SuppressWarnings("NullAway.Init") // set before all tests
    private Fleet fleet;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private NextHops hops;

    @BeforeAll
    void goOnline() throws InterruptedException {
        Website _ = Website.start(world, RATE);
        fleet = Fleet.start(world, List.of(WeftProgram.command()));
        hops = NextHops.watch(world, Cities.router("a"), Cities.ANYCAST);
        fleet.openRegistration();
        Phone.STOCK.connect(world, fleet);
        fleet.connect(Topology.LAPTOP, "--refresh", "1s");
        await(
                "the phone is online",
                () -> phone().run("ping", "-c", "1", "-W", "1", WEB).ok());
    }

    @AfterAll
    void end() {
        hops.close();
        world.close();
    }

    private Host phone() {
        return world.host(Topology.PHONE);
    }

    private Host laptop() {
        return world.host(Topology.LAPTOP);
    }

    private static void await(String what, BooleanSupplier happened) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!happened.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            Thread.sleep(50);
        }
    }

    /** It has no name: stock devices send none. */
    private boolean isThePhoneAloneBehind() {
        JsonNode status = new JsonMapper().readTree(fleet.rotateKey("--json"));
        assertThat(status.path("state").asString()).isEqualTo("announced");
        JsonNode behind = status.path("devices");
        return behind.size() == 1
                && behind.get(0).path("name").asString().isEmpty()
                && status.path("behind").asInt() == 1;
    }

    /** The edge whose address the Internet sees the phone come from. */
    private String holder() {
        String page =
                phone().output("curl", "-4", "-sS", "--fail", "--max-time", "5", "http://" + Topology.V4_NAME + "/");
        InetAddress seen = Website.client(Topology.V4_NAME, page);
        return EDGES.stream()
                .filter(edge -> world.topology().addresses(edge).contains(seen))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the website saw no edge"));
    }

    @Test
    void aKeyIsChangedUnderRunningSessions() throws InterruptedException {
        fleet.rotateSecret();
        try (Pings stock = Pings.begin(phone(), WEB, INTERVAL);
                Pings ours = Pings.begin(laptop(), WEB, INTERVAL)) {
            fleet.rotateKey("begin");
            fleet.copySecrets();
            fleet.rotateKey("announce");
            await("the laptop has gone over, and the phone has not", this::isThePhoneAloneBehind);
            report("key changed", stock, ours);
            assertThat(stock.lost()).isZero();
            assertThat(ours.longestGap()).isLessThan(Duration.ofSeconds(1));
        }
        whoUsesTheFormerKeyIsTakenOverByIt();
        endingCutsThePhoneOffAndNotTheLaptop();
    }

    private void whoUsesTheFormerKeyIsTakenOverByIt() throws InterruptedException {
        String holder = holder();
        try (Pings stock = Pings.begin(phone(), WEB, INTERVAL)) {
            await("its pings are answered", () -> stock.answered() > 5);
            fleet.edge(holder).kill();
            Thread.sleep(1_200);
            System.out.printf(
                    "owner of the stock device killed in the change: %d ms without an answer%n",
                    stock.longestGap().toMillis());
            assertThat(stock.longestGap()).isLessThan(Duration.ofSeconds(1));
        }
        assertThat(holder()).isNotEqualTo(holder);
    }

    private void endingCutsThePhoneOffAndNotTheLaptop() throws InterruptedException {
        try (Pings ours = Pings.begin(laptop(), WEB, INTERVAL)) {
            fleet.rotateKey("end", "--force");
            fleet.copySecrets();
            await(
                    "the phone is cut off",
                    () -> !phone().run("ping", "-c", "1", "-W", "1", WEB).ok());
            int before = ours.answered();
            await("the laptop's go on", () -> ours.answered() > before + 5);
            assertThat(ours.lost()).isZero();
        }
    }

    private static void report(String what, Pings stock, Pings ours) {
        System.out.printf(
                "%s: stock lost %d, longest gap %d ms; ours lost %d, longest gap %d ms%n",
                what,
                stock.lost(),
                stock.longestGap().toMillis(),
                ours.lost(),
                ours.longestGap().toMillis());
    }
}
