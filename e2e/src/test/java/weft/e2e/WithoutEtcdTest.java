package weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
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
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import weft.lab.Cities;
import weft.lab.Fleet;
import weft.lab.FleetSetup;
import weft.lab.Lab;
import weft.lab.NextHops;
import weft.lab.Topology;
import weft.lab.Trouble;
import weft.lab.Website;
import weft.lab.World;

/**
 * A city whose edges hear of each other from etcd, which goes away under them. Our client on the phone and Debian's
 * wireguard-go on the laptop, each with a download and five pings a second.
 */
@Timeout(400)
@Isolated("an edge that gets no time to run seems dead")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Tag("full")
class WithoutEtcdTest {
    private static final List<String> EDGES = List.of("a1", "a2", "a3");
    private static final String ADDED = "a4";
    private static final List<String> DEVICES = List.of(Topology.PHONE, Topology.LAPTOP);

    /** The lease of {@code alive/NAME}. */
    private static final Duration LEASE = Duration.ofSeconds(10);

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final World world = World.raise(Cities.of(4, 0, 1600, Duration.ofSeconds(30)));
    private final Website website = Website.start(world, 2 << 20);

    @SuppressWarnings("NullAway.Init") // set before all tests
    private Fleet fleet;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private NextHops hops;

    @BeforeAll
    void goOnline() {
        fleet = Fleet.start(
                world, List.of(WeftProgram.command()), FleetSetup.byEtcd().without(ADDED));
        hops = NextHops.watch(world, Cities.router("a"), Cities.ANYCAST);
        fleet.openRegistration();
        Phone.OURS.connect(world, fleet, Topology.PHONE);
        Phone.STOCK.connect(world, fleet, Topology.LAPTOP);
        awaitAll(EDGES);
    }

    @AfterAll
    void end() {
        hops.close();
        world.close();
    }

    /** The edge whose address the Internet sees a device by. */
    private String holder(String device) {
        String page = world.host(device)
                .output("curl", "-4", "-sS", "--fail", "--max-time", "10", "http://" + Topology.V4_NAME + "/");
        InetAddress seen = Website.client(Topology.V4_NAME, page);
        return world.topology().nodes().stream()
                .map(Topology.Node::name)
                .filter(edge -> world.topology().addresses(edge).contains(seen))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the website saw no edge"));
    }

    private JsonNode status(String edge) {
        return new JsonMapper().readTree(fleet.status(edge));
    }

    /** Who is there, who lives, who owns what, and who has taken over how many, as an edge sees it. */
    private Map<String, String> picture(String edge) {
        Map<String, String> picture = new TreeMap<>();
        JsonNode status = status(edge);
        picture.put("table", status.required("table_digest").asString());
        for (JsonNode member : status.path("edges")) {
            picture.put(
                    member.path("name").asString(),
                    member.path("state").asString() + ", same table: "
                            + member.path("same_table") + ", taken over: "
                            + member.path("figures").path("taken_over"));
        }
        return picture;
    }

    private void awaitAll(List<String> edges) {
        edges.forEach(edge -> await(edge + " and the others have one table", () -> {
            JsonNode members = status(edge).path("edges");
            long alike = members.valueStream()
                    .filter(member -> member.path("state").asString().equals("alive")
                            && member.path("same_table").asBoolean(true))
                    .count();
            return alike == edges.size() && members.size() == edges.size();
        }));
    }

    private static void await(String what, BooleanSupplier holds) {
        long began = System.nanoTime();
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime() - began).as("waited until " + what).isLessThan(PATIENCE.toNanos());
            pause(Duration.ofMillis(100));
        }
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private boolean isPresent(String edge) {
        return fleet.etcd().get("/weft/alive/" + edge).isPresent();
    }

    /** Runs it beside everybody's traffic: nothing may be noticed of it, by devices or by edges. */
    private void nothingIsNoticedOf(String what, Runnable event) throws InterruptedException {
        Map<String, String> before = new TreeMap<>();
        DEVICES.forEach(device -> before.put(device, holder(device)));
        Map<String, String> picture = picture("a2");
        List<Busy> busy = DEVICES.stream()
                .map(device -> new Busy(world.host(device), website))
                .toList();
        pause(Duration.ofSeconds(1));
        event.run();
        assertThat(picture("a2")).as(what).isEqualTo(picture);
        for (Busy device : busy) {
            device.noticedNothing(what);
        }
        DEVICES.forEach(device -> assertThat(holder(device)).as(device).isEqualTo(before.get(device)));
    }

    /** It keeps its sessions, and stays in the others' tables although etcd has long forgotten that it is there. */
    private void cutOffFromEtcd(String edge) {
        await(edge + " is known to etcd", () -> isPresent(edge));
        fleet.cutFromEtcd(edge);
        await("its lease is over", () -> !isPresent(edge));
        pause(Duration.ofSeconds(1));
        fleet.mendToEtcd(edge);
    }

    private void stopEtcdFor(Duration time) {
        fleet.etcd().stop();
        pause(time);
        fleet.etcd().start();
    }

    @Test
    @Order(1)
    void nobodyNoticesThatTheirEdgeIsCutOffFromEtcdAloneNorThatEtcdIsStopped() throws InterruptedException {
        String edge = holder(Topology.PHONE);
        nothingIsNoticedOf("an edge is cut off from etcd, then etcd is stopped for 11 s", () -> {
            cutOffFromEtcd(edge);
            stopEtcdFor(LEASE.plusSeconds(1));
        });
    }

    @Test
    @Order(2)
    @Tag("full")
    void nobodyNoticesThatEtcdIsStoppedForAMinute() throws InterruptedException {
        nothingIsNoticedOf("etcd is stopped for a minute", () -> stopEtcdFor(Duration.ofMinutes(1)));
    }

    @Test
    @Order(3)
    @Tag("full")
    void nobodyNoticesThatEachEdgeInTurnIsCutOffFromEtcd() throws InterruptedException {
        nothingIsNoticedOf("each edge in turn is cut off from etcd", () -> EDGES.forEach(this::cutOffFromEtcd));
    }

    /** By the commands for people, which know nothing of this fleet but its world. */
    @Test
    @Order(4)
    void whatChangesAfterwardsArrives() {
        Trouble trouble = new Trouble(Lab.of(world.pid()).world(), List.of(WeftProgram.command()));
        trouble.start(ADDED, "edge");
        awaitAll(List.of("a1", "a2", "a3", ADDED));
        String key = "/weft/members/" + ADDED;
        String entry = fleet.etcd().get(key).orElseThrow();
        fleet.etcd().put(key, entry.replace("\"draining\":false", "\"draining\":true"));
        awaitState(ADDED, "draining");
        assertThat(status(ADDED).required("drain").required("by_list").asBoolean())
                .isTrue();
        trouble.drain("a3", "15m");
        awaitState("a3", "draining");
        trouble.undrain("a3");
        awaitState("a3", "alive");
        trouble.kill(ADDED, "edge");
        awaitState(ADDED, "dead");
    }

    private void awaitState(String edge, String state) {
        await(
                edge + " is " + state,
                () -> status("a2")
                        .path("edges")
                        .valueStream()
                        .anyMatch(member -> member.path("name").asString().equals(edge)
                                && member.path("state").asString().equals(state)));
    }
}
