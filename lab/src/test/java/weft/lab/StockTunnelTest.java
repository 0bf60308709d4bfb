package weft.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Stock WireGuard at both ends shows that the world is what it claims to be. */
class StockTunnelTest {
    private static final int RATE = 4 << 20;
    private static final String EDGE_V4 = "203.0.113.66";
    private static final String EDGE_V6 = "2001:db8:1:1::2";

    private World world = World.raise(Topology.oneCity(Duration.ofSeconds(2)));
    private Website website = Website.start(world, RATE);

    @BeforeEach
    void connect() {
        StockTunnel.up(world);
    }

    @AfterEach
    void end() {
        world.close();
    }

    @Test
    void pagesComeOverBothFamiliesAndSeeTheEdge() {
        assertThat(fetch(Topology.V4_NAME)).isEqualTo(Website.page(Topology.V4_NAME, EDGE_V4));
        assertThat(fetch(Topology.V6_NAME)).isEqualTo(Website.page(Topology.V6_NAME, EDGE_V6));
        assertThat(fetch(Topology.DUAL_NAME, "-4")).isEqualTo(Website.page(Topology.DUAL_NAME, EDGE_V4));
        assertThat(fetch(Topology.DUAL_NAME, "-6")).isEqualTo(Website.page(Topology.DUAL_NAME, EDGE_V6));
    }

    @Test
    void theNatForgetsASilentMapping() throws InterruptedException {
        fetch(Topology.V4_NAME);
        Thread.sleep(500);
        assertThat(pingOnce()).isTrue();
        Thread.sleep(5000);
        assertThat(pingOnce()).isFalse();
        fetch(Topology.V4_NAME);
        assertThat(pingOnce()).isTrue();
    }

    @Test
    @Tag("full")
    void theUsualNatForgetsAfterThirtySeconds() throws InterruptedException {
        world.close();
        world = World.raise(Topology.oneCity());
        website = Website.start(world, RATE);
        StockTunnel.up(world);
        fetch(Topology.V4_NAME);
        Thread.sleep(25_000);
        assertThat(pingOnce()).isTrue();
        Thread.sleep(45_000); // a keepalive of the edge comes 10 s after the last pong
        assertThat(pingOnce()).isFalse();
    }

    /** With pings beside it: a stock device that only receives would be deaf once its mapping is gone. */
    @Test
    void aDownloadOutlivesAMoveAndARebinding() {
        world.host(Topology.PHONE).start("ping", List.of("ping", "-i", "0.2", StockTunnel.EDGE_INNER));
        Download download = Download.start(world.host(Topology.PHONE), "http://" + Topology.V6_NAME + "/large");
        String before = endpoint();
        awaitBytes(download, 2 << 20);
        world.move(Topology.PHONE, Topology.CELLULAR);
        StockTunnel.networkChanged(world.host(Topology.PHONE));
        awaitBytes(download, 6 << 20);
        String after = endpoint();
        world.rebind(Topology.CELLULAR);
        awaitBytes(download, 10 << 20);
        assertThat(before).startsWith("192.0.2.2:");
        assertThat(after).startsWith("192.0.2.6:");
        assertThat(endpoint()).startsWith("192.0.2.6:").isNotEqualTo(after);
        Download.Result result = download.await();
        assertThat(result.sha256()).isEqualTo(website.sha256());
        System.out.println("longest stall with stock WireGuard: " + result.longestStall());
    }

    private String fetch(String name, String... options) {
        Host.Result ready = world.host(Topology.PHONE).run("curl", "-sS", "--max-time", "10", "http://" + name + "/");
        assertThat(ready.errors()).isEmpty();
        return options.length == 0
                ? ready.output().strip()
                : world.host(Topology.PHONE).output("curl", "-sS", options[0], "http://" + name + "/");
    }

    private String endpoint() {
        String line = world.host(Topology.EDGE).output("wg", "show", "wg0", "endpoints");
        return line.substring(line.indexOf('\t') + 1);
    }

    private boolean pingOnce() {
        return world.host(Topology.EDGE)
                .run("ping", "-c", "1", "-W", "1", StockTunnel.PHONE_INNER)
                .ok();
    }

    private static void awaitBytes(Download download, long bytes) {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (download.received() < bytes && !download.done()) {
            assertThat(System.nanoTime())
                    .as("stuck at %d bytes", download.received())
                    .isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
