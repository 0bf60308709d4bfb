package weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import weft.lab.Download;
import weft.lab.Host;
import weft.lab.LabException;
import weft.lab.Pings;
import weft.lab.Topology;
import weft.lab.Website;

/** A device that downloads one file after another and sends five pings a second, until it is told that it may stop. */
final class Busy {
    private static final String WEB = "198.51.100.4";
    private static final String LARGE = "http://" + Topology.DUAL_NAME + "/large";

    private final String device;
    private final Website website;
    private final Pings pings;
    private final Thread downloads;
    private volatile boolean stopping;
    private volatile String broken = "";
    private volatile long longestStall;

    Busy(Host device, Website website) {
        this.device = device.name();
        this.website = website;
        pings = Pings.begin(device, WEB, "0.2");
        downloads = Thread.ofVirtual().start(() -> download(device));
    }

    private void download(Host from) {
        try {
            while (!stopping) {
                Download.Result result = Download.start(from, LARGE).await();
                if (!result.sha256().equals(website.sha256())) {
                    broken = "another file arrived";
                }
                longestStall = Math.max(longestStall, result.longestStall().toMillis());
            }
        } catch (LabException e) {
            broken = String.valueOf(e.getMessage());
        }
    }

    /** The last download may come to its end; then nothing may have been noticed of whatever happened meanwhile. */
    void noticedNothing(String what) throws InterruptedException {
        stopping = true;
        downloads.join();
        try (pings) {
            System.out.printf(
                    "%s, %s: %d of %d pings lost, longest gap between answers %d ms, longest stall of a download %d ms%n",
                    device,
                    what,
                    pings.lost(),
                    pings.answered() + pings.lost(),
                    pings.longestGap().toMillis(),
                    longestStall);
            assertThat(broken).as(device + "'s downloads").isEmpty();
            assertThat(pings.lost()).as("pings of " + device + " lost").isZero();
            assertThat(pings.answered()).isGreaterThan(10);
        }
    }
}
