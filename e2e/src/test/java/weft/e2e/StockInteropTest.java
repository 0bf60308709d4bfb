package weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code weft wg} and Debian's wireguard-go understand each other. */
class StockInteropTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private static Path directory;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static StockPeer pair;

    @BeforeAll
    static void startBoth() throws IOException {
        pair = new StockPeer(directory);
    }

    @AfterAll
    static void endBoth() {
        pair.close();
    }

    @ParameterizedTest(name = "weft initiates {0}, IPv6 outside {1}, preshared key {2}")
    @CsvSource({
        "true,false,false", "true,false,true", "true,true,false", "true,true,true",
        "false,false,false", "false,false,true", "false,true,false", "false,true,true"
    })
    void bothFamiliesPassInside(boolean weftInitiates, boolean v6Outside, boolean withPsk) throws IOException {
        pair.configure(weftInitiates, v6Outside, withPsk);
        Netns initiator = weftInitiates ? pair.weft : pair.stock;
        String host = weftInitiates ? "2" : "1";
        assertThat(initiator.sh("ping -c 3 -i 0.05 -W 2 10.77.0." + host)).contains(" 0% packet loss");
        assertThat(initiator.sh("ping -c 3 -i 0.05 -W 2 fd77::" + host)).contains(" 0% packet loss");
    }

    @Test
    void aBulkTransferArrivesUnharmedInBothDirections() throws IOException {
        pair.configure(true, false, true);
        assertThat(pair.iperf("-t 2 --bidir")).contains("receiver");
        assertThat(pair.weft.sh("wg show " + pair.ours() + " transfer")).doesNotContain("\t0\t");
    }

    @Test
    void theJdkAloneOneDatagramACallIsEnough(@TempDir Path own) throws IOException {
        try (StockPeer plain = new StockPeer(own, "--jdk-crypto", "--no-offload")) {
            plain.configure(true, false, true);
            assertThat(plain.weft.sh("ping -c 3 -i 0.05 -s 1372 -W 2 10.77.0.2"))
                    .contains(" 0% packet loss");
            assertThat(plain.logs()).contains("AEAD JDK", "X25519 JDK").contains("one datagram a call");
        }
    }

    @Test
    void wgShowsWhatWgSet() throws IOException {
        pair.configure(true, true, true);
        pair.weft.sh("ping -c 1 -W 2 10.77.0.2");
        String shown = pair.weft.sh("wg show " + pair.ours());
        assertThat(shown)
                .contains("listening port: 51820")
                .contains("preshared key: (hidden)")
                .contains("endpoint: [2001:db8::2]:51820")
                .contains("allowed ips: 10.77.0.0/24, fd77::/64")
                .contains("latest handshake:");
    }
}
