package weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import weft.lab.Download;
import weft.lab.Host;
import weft.lab.Pings;
import weft.lab.Topology;
import weft.lab.Website;
import weft.lab.World;

/** A NAT that forgets the phone in the middle of a download. */
final class Rebindings {
    private static final String WEB = "198.51.100.4";
    private static final String LARGE = "http://" + Topology.DUAL_NAME + "/large";

    /** Of the file's 16 MiB; a rebinding comes before the last of them. */
    private static final int PIECES = 14;

    private static final int MOST_OF_A_DOWNLOAD = 10;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration DEAF = Duration.ofSeconds(5);

    /** The longest stall that is wished for. */
    private static final Duration GOAL = Duration.ofMillis(300);

    private final World world;
    private final Website website;
    private final String kind;
    private final Supplier<String> holder;
    private final IntSupplier initiations;

    /**
     * @param holder the edge that has the phone's session
     * @param initiations that have passed the Internet so far
     */
    Rebindings(World world, Website website, String kind, Supplier<String> holder, IntSupplier initiations) {
        this.world = world;
        this.website = website;
        this.kind = kind;
        this.holder = holder;
        this.initiations = initiations;
    }

    private Host phone() {
        return world.host(Topology.PHONE);
    }

    void besidePings(int times) {
        try (Pings pings = Pings.begin(phone(), WEB, "0.2")) {
            Duration stall = stall(times);
            System.out.printf(
                    "%s: %d rebindings, longest stall %d ms, longest gap between answers %d ms%n",
                    kind, times, stall.toMillis(), pings.longestGap().toMillis());
        }
    }

    /** A download, and nothing else, goes through the tunnel. */
    void ofADownloadAlone(int times) {
        Duration longest = Duration.ZERO;
        for (int left = times; left > 0; left -= MOST_OF_A_DOWNLOAD) {
            Duration stall = stall(Math.min(left, MOST_OF_A_DOWNLOAD));
            longest = stall.compareTo(longest) > 0 ? stall : longest;
        }
        System.out.printf(
                "%s: %d rebindings without pings, longest stall %d ms (goal: %d)%n",
                kind, times, longest.toMillis(), GOAL.toMillis());
        assertThat(longest).isLessThan(GOAL);
    }

    /** The longest stall of a download while the NAT forgets the phone so many times. */
    private Duration stall(int times) {
        String before = holder.get();
        int begun = initiations.getAsInt();
        Download download = Download.start(phone(), LARGE);
        for (int i = 1; i <= times; i++) {
            download.awaitReceived(((long) i * PIECES / times) << 20, PATIENCE);
            world.rebind(world.network(Topology.PHONE));
        }
        Download.Result result = download.await();
        assertThat(result.sha256()).isEqualTo(website.sha256());
        assertThat(initiations.getAsInt() - begun)
                .as("initiations, but for one rekey")
                .isLessThanOrEqualTo(1);
        assertThat(holder.get()).isEqualTo(before);
        return result.longestStall();
    }

    void isDeafAfterOne() throws InterruptedException {
        Download download = Download.start(phone(), LARGE);
        download.awaitReceived(1 << 20, PATIENCE);
        world.rebind(world.network(Topology.PHONE));
        Thread.sleep(1_000);
        long deaf = download.received();
        Thread.sleep(DEAF);
        long then = download.received();
        phone().output("ping", "-c", "1", "-W", "2", WEB);
        Download.Result result = download.await();
        System.out.printf(
                "%s: a rebinding without pings, %d bytes in %d s afterwards; stalled for %d ms, until it sent something%n",
                kind, then - deaf, DEAF.toSeconds(), result.longestStall().toMillis());
        assertThat(result.sha256()).isEqualTo(website.sha256());
    }
}
