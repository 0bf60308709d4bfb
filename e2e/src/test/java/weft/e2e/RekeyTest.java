package weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sessions give way to their successors under traffic, with the specification's own times. */
@Tag("full")
class RekeyTest {
    /** Three rekeys at 120 s each, and some. */
    private static final int SECONDS = 375;

    private static final int PINGS = SECONDS * 10;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    @Test
    void threeRekeysLoseNoPacketWhoeverInitiates() throws IOException, InterruptedException, ExecutionException {
        Path first = directory.resolve("weft-initiates").toAbsolutePath();
        Path second = directory.resolve("stock-initiates").toAbsolutePath();
        try (ExecutorService both = Executors.newVirtualThreadPerTaskExecutor();
                StockPeer oursFirst = new StockPeer(Files.createDirectory(first));
                StockPeer theirsFirst = new StockPeer(Files.createDirectory(second))) {
            oursFirst.watchHandshakes();
            theirsFirst.watchHandshakes();
            oursFirst.configure(true, false, true);
            theirsFirst.configure(false, true, false);
            Future<String> ours = both.submit(() -> pings(oursFirst.weft, "10.77.0.2"));
            Future<String> theirs = both.submit(() -> pings(theirsFirst.stock, "fd77::1"));
            assertThat(ours.get()).contains(PINGS + " received, 0% packet loss");
            assertThat(theirs.get()).contains(PINGS + " received, 0% packet loss");
            assertThat(oursFirst.handshakes()).as("handshakes that weft began").isGreaterThanOrEqualTo(4);
            assertThat(theirsFirst.handshakes())
                    .as("handshakes that wireguard-go began")
                    .isGreaterThanOrEqualTo(4);
        }
    }

    private static String pings(Netns from, String to) {
        from.sh("ping -c 1 -W 5 " + to);
        return from.sh("ping -q -c " + PINGS + " -i 0.1 -W 2 " + to + " | tail -3");
    }
}
