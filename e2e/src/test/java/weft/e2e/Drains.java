package weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import weft.lab.Daemon;
import weft.lab.Download;
import weft.lab.Fleet;
import weft.lab.LabException;
import weft.lab.Pings;
import weft.lab.Topology;
import weft.lab.Website;
import weft.lab.World;

/** Edges of a fleet that are drained beside a download and five pings a second. */
final class Drains {
    private static final List<String> EDGES = List.of("a1", "a2", "a3", "a4");
    private static final String WEB = "198.51.100.4";
    private static final String LARGE = "http://" + Topology.DUAL_NAME + "/large";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Within the 8 s that the download takes. */
    private static final Duration DEADLINE = Duration.ofSeconds(4);

    /** Until an edge has sealed the last, and its heir has been used for a while. */
    private static final Duration AFTERWARDS = Duration.ofMillis(1_500);

    /** How long an edge that serves again needs to be known as alive, and to get the records that it shall keep. */
    private static final Duration SETTLE = Duration.ofMillis(1_200);

    private final World world;
    private final Fleet fleet;
    private final Website website;
    private final String kind;
    private final Supplier<String> holder;

    /** @param holder the edge that has the phone's session */
    Drains(World world, Fleet fleet, Website website, String kind, Supplier<String> holder) {
        this.world = world;
        this.fleet = fleet;
        this.website = website;
        this.kind = kind;
        this.holder = holder;
    }

    /** The edge that the phone is on and two others, all at once. */
    void allButOne(int times) throws InterruptedException {
        int lost = 0;
        for (int i = 0; i < times; i++) {
            String own = holder.get();
            List<String> drained = new ArrayList<>(EDGES);
            drained.remove(own);
            drained.set(0, own);
            lost += drain(drained);
        }
        report("three of four drained, the phone's among them", times, lost);
    }

    /** The edge that the phone is on. */
    void theHolder(int times) throws InterruptedException {
        int lost = 0;
        for (int i = 0; i < times; i++) {
            lost += drain(List.of(holder.get()));
        }
        report("the phone's edge drained", times, lost);
    }

    /** The download through the first of them goes on until the deadline, and no packet of the tunnel is lost then. */
    private int drain(List<String> drained) throws InterruptedException {
        try (Pings pings = pings()) {
            Download download = Download.start(world.host(Topology.PHONE), LARGE);
            download.awaitReceived(1 << 20, PATIENCE);
            together(drained, edge -> fleet.drain(edge, DEADLINE.toSeconds() + "s"));
            long drainingAt = System.nanoTime();
            Thread.sleep(DEADLINE.minusMillis(1_500));
            long late = download.received();
            download.awaitReceived(late + 1, Duration.ofMillis(500));
            assertThat(fleet.status(drained.getFirst())).contains("\"state\":\"draining\"");
            awaitAnotherThan(drained);
            System.out.printf(
                    "%s: on another edge %d ms after the drain was asked for%n",
                    kind, (System.nanoTime() - drainingAt) / 1_000_000);
            Thread.sleep(AFTERWARDS);
            return pings.lost();
        } finally {
            together(drained, fleet::undrain);
        }
    }

    private interface EdgeCommand {
        void run(String edge);
    }

    private static void together(List<String> edges, EdgeCommand command) throws InterruptedException {
        List<Thread> commands = edges.stream()
                .map(edge -> Thread.startVirtualThread(() -> command.run(edge)))
                .toList();
        for (Thread running : commands) {
            running.join();
        }
    }

    private void report(String what, int times, int lost) {
        System.out.printf("%s: %s, %d times: %d pings lost%n", kind, what, times, lost);
        assertThat(lost).as("pings lost").isZero();
    }

    /** An edge that the phone is not on, while another one comes back that was gone. */
    void another() throws InterruptedException {
        String own = holder.get();
        List<String> others = new ArrayList<>(EDGES);
        others.remove(own);
        fleet.edge(others.get(0)).kill();
        try (Pings pings = pings()) {
            Thread.sleep(1_000);
            int before = pings.lost();
            Download download = Download.start(world.host(Topology.PHONE), LARGE);
            download.awaitReceived(1 << 20, PATIENCE);
            fleet.startEdge(others.get(0));
            fleet.drainAndWait(others.get(1), "1s");
            Download.Result result = download.await();
            assertThat(result.sha256()).isEqualTo(website.sha256());
            System.out.printf(
                    "%s: one added, one drained: longest stall %d ms, %d pings lost%n",
                    kind, result.longestStall().toMillis(), pings.lost() - before);
            assertThat(pings.lost()).isEqualTo(before);
        }
        assertThat(holder.get()).isEqualTo(own);
        fleet.undrain(others.get(1));
    }

    void bySignal() throws InterruptedException {
        String own = holder.get();
        Daemon edge = fleet.edge(own);
        edge.terminate();
        edge.await("to say what it will end", () -> edge.log().contains("draining 1 sessions and "), PATIENCE);
        awaitAnotherThan(List.of(own));
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (edge.alive()) {
            assertThat(System.nanoTime()).as("it ends by itself").isLessThan(until);
            Thread.sleep(50);
        }
        fleet.startEdge(own);
        Thread.sleep(SETTLE);

        String heir = holder.get();
        Daemon next = fleet.edge(heir);
        next.terminate();
        next.await("to drain", () -> next.log().contains("a second SIGTERM"), PATIENCE);
        long told = System.nanoTime();
        next.terminate();
        while (next.alive()) {
            assertThat(System.nanoTime() - told)
                    .as("it waits for no deadline")
                    .isLessThan(DEADLINE.minusSeconds(1).toNanos());
            Thread.sleep(50);
        }
        assertThat(holder.get()).as("taken over, as when an edge dies").isNotEqualTo(heir);
        fleet.startEdge(heir);
    }

    private Pings pings() {
        return Pings.begin(world.host(Topology.PHONE), WEB, "0.2");
    }

    private void awaitAnotherThan(List<String> drained) throws InterruptedException {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (isOnOneOf(drained)) {
            assertThat(System.nanoTime()).as("the session moves in time").isLessThan(until);
            Thread.sleep(200);
        }
    }

    /** Also if a question was under way when the session moved: its flow has ended with that, as all do. */
    private boolean isOnOneOf(List<String> drained) {
        try {
            return drained.contains(holder.get());
        } catch (LabException cutOff) {
            return true;
        }
    }
}
