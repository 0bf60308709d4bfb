package weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import weft.lab.Download;
import weft.lab.Fleet;
import weft.lab.Topology;
import weft.lab.Website;
import weft.lab.World;

/** Edges of a fleet that are drained beside a download and five pings a second. */
final class Drains {
    private static final String WEB = "198.51.100.4";
    private static final String LARGE = "http://" + Topology.DUAL_NAME + "/large";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int DEADLINE_SECONDS = 3;

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

    /** The edge that the phone is on: its download goes on until the deadline, and no packet of the tunnel is lost. */
    void theHolder(int times) throws InterruptedException {
        int lost = 0;
        for (int i = 0; i < times; i++) {
            String draining = holder.get();
            try (Pings pings = pings()) {
                Download download = Download.start(world.host(Topology.PHONE), LARGE);
                download.awaitReceived(1 << 20, PATIENCE);
                fleet.drain(draining, DEADLINE_SECONDS + "s");
                Thread.sleep(DEADLINE_SECONDS * 1_000L - 500);
                long late = download.received();
                download.awaitReceived(late + 1, Duration.ofMillis(300));
                assertThat(fleet.status(draining)).contains("\"draining\"");
                awaitMoveFrom(draining);
                Thread.sleep(1_500);
                lost += pings.lost();
            }
            fleet.undrain(draining);
        }
        System.out.printf("%s: holder drained %d times, %d pings lost%n", kind, times, lost);
        assertThat(lost).as("pings lost").isZero();
    }

    /** An edge that the phone is not on, while another one comes back that was gone. */
    void another() throws InterruptedException {
        String own = holder.get();
        List<String> others = new ArrayList<>(List.of("a1", "a2", "a3", "a4"));
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

    /** The phone's edge among them. */
    void allButOne(List<String> edges) throws InterruptedException {
        String own = holder.get();
        List<String> drained = new ArrayList<>(edges);
        drained.remove(own);
        drained.set(0, own);
        try (Pings pings = pings()) {
            Thread.sleep(500);
            List<Thread> commands = drained.stream()
                    .map(edge -> Thread.startVirtualThread(() -> fleet.drainAndWait(edge, "2s")))
                    .toList();
            for (Thread command : commands) {
                command.join();
            }
            Thread.sleep(1_000);
            assertThat(drained).doesNotContain(holder.get());
            System.out.printf("%s: three of four drained at once, %d pings lost%n", kind, pings.lost());
            assertThat(pings.lost()).isZero();
        }
        drained.forEach(fleet::undrain);
    }

    private Pings pings() {
        return Pings.begin(world.host(Topology.PHONE), WEB, "0.2");
    }

    private void awaitMoveFrom(String draining) throws InterruptedException {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (holder.get().equals(draining)) {
            assertThat(System.nanoTime()).as("the session moves in time").isLessThan(until);
            Thread.sleep(200);
        }
    }
}
