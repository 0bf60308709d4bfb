package weft.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Stock WireGuard at both ends shows that the world is what it claims to be. */
class StockTunnelTest {
    private static final int RATE = 4 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final InetAddress EDGE_V4 = InetAddress.ofLiteral("203.0.113.66");
    private static final InetAddress EDGE_V6 = InetAddress.ofLiteral("2001:db8:1:1::2");

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
        assertThat(seenBy(Topology.V4_NAME, "-4")).isEqualTo(EDGE_V4);
        assertThat(seenBy(Topology.V6_NAME, "-6")).isEqualTo(EDGE_V6);
        assertThat(seenBy(Topology.DUAL_NAME, "-4")).isEqualTo(EDGE_V4);
        assertThat(seenBy(Topology.DUAL_NAME, "-6")).isEqualTo(EDGE_V6);
    }

    @Test
    void theNatForgetsASilentMapping() throws InterruptedException {
        seenBy(Topology.V4_NAME, "-4");
        Thread.sleep(500);
        assertThat(pingOnce()).isTrue();
        Thread.sleep(5000);
        assertThat(pingOnce()).isFalse();
        seenBy(Topology.V4_NAME, "-4");
        assertThat(pingOnce()).isTrue();
    }

    @Test
    @Tag("full")
    void theUsualNatForgetsAfterThirtySeconds() throws InterruptedException {
        world.close();
        world = World.raise(Topology.oneCity());
        website = Website.start(world, RATE);
        StockTunnel.up(world);
        seenBy(Topology.V4_NAME, "-4");
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
        download.awaitReceived(2 << 20, PATIENCE);
        String before = endpoint();
        world.move(Topology.PHONE, Topology.CELLULAR);
        StockTunnel.networkChanged(world.host(Topology.PHONE));
        download.awaitReceived(6 << 20, PATIENCE);
        String after = endpoint();
        world.rebind(Topology.CELLULAR);
        download.awaitReceived(10 << 20, PATIENCE);
        assertThat(before).startsWith("192.0.2.2:");
        assertThat(after).startsWith("192.0.2.6:");
        assertThat(endpoint()).startsWith("192.0.2.6:").isNotEqualTo(after);
        Download.Result result = download.await();
        assertThat(result.sha256()).isEqualTo(website.sha256());
        System.out.println("longest stall with stock WireGuard: " + result.longestStall());
    }

    private InetAddress seenBy(String name, String family) {
        return Website.client(
                name,
                world.host(Topology.PHONE).output("curl", family, "-sS", "--max-time", "10", "http://" + name + "/"));
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
}
