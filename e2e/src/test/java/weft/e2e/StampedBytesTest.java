package weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The three reserved bytes on the wire: given back to a peer that stamps them, zero to one that does not. */
@Timeout(120)
class StampedBytesTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    @SuppressWarnings("NullAway.Init") // set before each test
    private StockPeer pair;

    @BeforeEach
    void startBoth() throws IOException {
        pair = new StockPeer(directory);
    }

    @AfterEach
    void endBoth() {
        pair.close();
    }

    private Path relay() throws IOException {
        Path log = directory.resolve("relay.log");
        List<String> command = new ArrayList<>(List.of(WeftProgram.command()));
        command.removeLast();
        command.addAll(List.of(StampingRelay.class.getName(), "192.0.2.2", "192.0.2.1"));
        pair.stock.start(log, command.toArray(String[]::new));
        while (!Files.readString(log).contains("ready")) {
            Thread.onSpinWait();
        }
        return log;
    }

    /** What a line of the relay's log says that we sent: type and reserved bytes. */
    private static List<String> sentByUs(Path log) throws IOException {
        return Files.readAllLines(log).stream()
                .filter(line -> line.startsWith("to stock "))
                .map(line -> line.substring("to stock ".length()))
                .distinct()
                .toList();
    }

    private void endpoint(Netns in, String name, String endpoint) {
        String peer = in.sh("wg show " + name + " peers").strip();
        in.sh("wg set " + name + " peer " + peer + " endpoint " + endpoint);
    }

    @Test
    void aPeerThatStampsGetsItsBytesBackInEveryMessage() throws IOException {
        Path log = relay();
        pair.configure(false, false, true);
        endpoint(pair.stock, pair.theirs(), "127.0.0.1:" + StampingRelay.INNER);
        assertThat(pair.stock.sh("ping -c 5 -i 0.05 -W 2 10.77.0.1")).contains(" 0% packet loss");
        assertThat(pair.stock.sh("ping -c 5 -i 0.05 -W 2 fd77::1")).contains(" 0% packet loss");
        assertThat(sentByUs(log)).containsExactly("02 " + StampingRelay.STAMP, "04 " + StampingRelay.STAMP);
    }

    /** What we stamp ourselves is a matter of our configuration, and {@code weft wg} has none for it. */
    @Test
    void aStampingPeerAnswersOurInitiationToo() throws IOException {
        Path log = relay();
        pair.configure(true, false, false);
        endpoint(pair.weft, pair.ours(), "192.0.2.2:" + StampingRelay.OUTER);
        endpoint(pair.stock, pair.theirs(), "127.0.0.1:" + StampingRelay.INNER);
        assertThat(pair.weft.sh("ping -c 5 -i 0.05 -W 2 10.77.0.2")).contains(" 0% packet loss");
        assertThat(sentByUs(log)).containsExactly("01 000000", "04 000000");
    }

    @Test
    void aStockPeerNeverSeesAnythingButZeros() throws IOException {
        Path capture = directory.resolve("reserved.log");
        pair.weft.start(capture, "tcpdump", "-l", "-n", "-x", "-i", "eth0", "udp port 51820 and src 192.0.2.1");
        while (!Files.readString(capture).contains("listening on")) {
            Thread.onSpinWait();
        }
        pair.configure(true, false, true);
        assertThat(pair.weft.sh("ping -c 5 -i 0.05 -W 2 10.77.0.2")).contains(" 0% packet loss");
        pair.configure(false, false, true);
        assertThat(pair.stock.sh("ping -c 5 -i 0.05 -W 2 10.77.0.1")).contains(" 0% packet loss");
        // 20 bytes of IPv4 and 8 of UDP come first: the header's two words are the seventh and eighth group of the
        // second line.
        List<String> headers = Files.readAllLines(capture).stream()
                .filter(line -> line.strip().startsWith("0x0010:"))
                .map(line ->
                        String.join("", List.of(line.strip().split("\\s+", -1)).subList(7, 9)))
                .distinct()
                .toList();
        assertThat(headers).contains("01000000", "02000000", "04000000").hasSize(3);
    }
}
