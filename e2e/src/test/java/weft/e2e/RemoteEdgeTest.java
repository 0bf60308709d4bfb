package weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import weft.lab.Daemon;
import weft.lab.Download;
import weft.lab.Topology;
import weft.lab.Website;

/** An edge on another machine than the registry: what it does for its devices while the registry is there, away, and back. */
@Timeout(300)
class RemoteEdgeTest {
    private static final String PHONE = Topology.PHONE;
    private static final String LAPTOP = RemoteFleet.LAPTOP;
    private static final int NOT_YET = 4;

    /** Longer than a poll for changes waits for its answer. */
    private static final Duration OUTAGE = Duration.ofSeconds(40);

    @SuppressWarnings("NullAway.Init") // set before each test
    private RemoteFleet fleet;

    @SuppressWarnings("NullAway.Init")
    private Daemon registry;

    @BeforeEach
    void startBoth() throws IOException {
        fleet = new RemoteFleet("");
        registry = fleet.startRegistry();
        fleet.startEdge();
    }

    @AfterEach
    void end() {
        fleet.close();
    }

    /** One device that is connected, and one that is registered but has never been seen by the edge. */
    private void twoDevices() {
        fleet.device(PHONE, "join", fleet.admin("invite", "create"), "--name", PHONE)
                .succeeded();
        assertThat(fleet.goesThroughTheEdge(PHONE, 10)).isTrue();
        fleet.device(LAPTOP, "registration", "new", fleet.admin("invite", "create"), "--name", LAPTOP)
                .succeeded();
    }

    private void delete(String device) {
        fleet.admin("device", "delete", fleet.id(device));
    }

    private void isCutOffWithin(Duration patience, String device) {
        System.out.println(device + " is cut off after "
                + RemoteFleet.await(
                        "the deleted device is cut off", () -> !fleet.goesThroughTheEdge(device, 1), patience));
        assertThat(fleet.goesThroughTheEdge(device, 3)).as("it is let in again").isFalse();
    }

    private void getsInWithin(Duration patience, String device) {
        System.out.println(device + " gets in after "
                + RemoteFleet.await(
                        "the device that was refused gets in", () -> fleet.goesThroughTheEdge(device, 5), patience));
    }

    /** It moves to another network in mid-download, and connects anew. */
    private void isServedInFull(String device) {
        Download download = Download.start(fleet.world.host(device), "http://" + Topology.DUAL_NAME + "/large");
        download.awaitReceived(Website.LARGE / 4, Duration.ofSeconds(20));
        fleet.world.move(device, Topology.CELLULAR);
        assertThat(download.await().sha256()).isEqualTo(fleet.website.sha256());
        fleet.device(device, "disconnect").succeeded();
        fleet.device(device, "connect").succeeded();
        assertThat(fleet.goesThroughTheEdge(device, 10)).isTrue();
    }

    private void isRefused(String device) {
        assertThat(fleet.device(device, "connect", "--wait", "4").exit()).isEqualTo(NOT_YET);
        assertThat(fleet.goesThroughTheEdge(device, 5)).isFalse();
    }

    @Test
    void whileTheRegistryIsAwayTheEdgeServesWhomItKnowsAndRefusesOthers() throws IOException {
        twoDevices();
        registry.kill();
        isServedInFull(PHONE);
        isRefused(LAPTOP);
        assertThat(fleet.log(Topology.EDGE)).containsOnlyOnce("the registry tells of no changes");

        fleet.startRegistry();
        delete(PHONE); // before the edge has found the registry again, or just after
        isCutOffWithin(Duration.ofSeconds(20), PHONE);
        getsInWithin(Duration.ofSeconds(20), LAPTOP);
        delete(LAPTOP);
        isCutOffWithin(Duration.ofSeconds(5), LAPTOP);
        assertThat(fleet.log(Topology.EDGE)).containsOnlyOnce("the registry tells of changes again");
    }

    /** Nobody tells the edge that its connections are dead: a firewall, or a cable. */
    @Test
    @Tag("full")
    void soItDoesWhenTheRegistryIsOutOfReachWithoutAWord() throws InterruptedException {
        twoDevices();
        fleet.cutOffRegistry(true);
        delete(PHONE);
        Thread.sleep(OUTAGE);
        isServedInFull(PHONE);
        isRefused(LAPTOP);
        fleet.cutOffRegistry(false);
        isCutOffWithin(Duration.ofSeconds(20), PHONE);
        getsInWithin(Duration.ofSeconds(20), LAPTOP);
    }
}
