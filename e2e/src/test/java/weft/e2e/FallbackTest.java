package weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code weft wg} where the kernel or a driver lacks something: it starts, says which way it goes instead, and Debian's
 * wireguard-go at the other end notices nothing. What is lacking is refused by a preloaded library of netio's tests.
 */
@Timeout(120)
class FallbackTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private static Path directory;

    private static String library() {
        return directory.resolve("refuse.so").toString();
    }

    @BeforeAll
    static void compile() throws IOException, InterruptedException {
        Process gcc = new ProcessBuilder(
                        "gcc", "-shared", "-fPIC", "-O1", "-o", library(), "../netio/src/test/c/refuse.c", "-ldl")
                .inheritIO()
                .start();
        assertThat(gcc.waitFor()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "recvmmsg,sendmmsg,tun-vnet"
                        + "| UDP one datagram a call, no segmentation offload: the kernel has no recvmmsg"
                        + "| one packet a call (the kernel has no vnet header for TUN)",
                "udp-gro,tun-uso"
                        + "| UDP recvmmsg and sendmmsg, no segmentation offload: the kernel has no UDP_GRO"
                        + "| TCP segmentation offload (the kernel has no UDP offload for TUN)",
                "segments,tun-offload"
                        + "| UDP from now on: recvmmsg and sendmmsg, no segmentation offload: a device on the way refused"
                        + "| vnet header, no offload (the kernel refused all)",
                "ipv6 | UDP_GRO and UDP_SEGMENT | IPv4 alone",
            })
    void tcpAndUdpPassAndTheWaysAreTold(String lacking, String udp, String other, @TempDir Path own)
            throws IOException {
        try (StockPeer pair = new StockPeer(own, lacking(lacking))) {
            bothWays(pair);
            assertThat(pair.logs()).contains(udp, other).doesNotContain("Exception");
        }
    }

    @Tag("full")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "recvmmsg",
                "sendmmsg",
                "udp-gro",
                "udp-segment",
                "segments",
                "tun-vnet",
                "tun-uso",
                "tun-offload"
            })
    void anyOneThingMayBeLacking(String lacking, @TempDir Path own) throws IOException {
        try (StockPeer pair = new StockPeer(own, lacking(lacking))) {
            bothWays(pair);
        }
    }

    private static void bothWays(StockPeer pair) throws IOException {
        pair.configure(true, false, true);
        assertThat(pair.iperf("-t 1 --bidir")).contains("receiver");
        assertThat(pair.iperf("-u -b 5M -l 1300 -t 1 --bidir").lines())
                .filteredOn(line -> line.contains("receiver"))
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).contains("(0%)"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"buffers", "buffers,segments"})
    void wantOfBuffersCostsPacketsAndNotTheTunnel(String lacking, @TempDir Path own) throws IOException {
        try (StockPeer pair = new StockPeer(own, lacking(lacking))) {
            pair.configure(true, false, true);
            assertThat(pair.iperf("-t 1")).contains("receiver");
            assertThat(pair.weft.sh("ping -c 50 -i 0.02 -W 1 10.77.0.2"))
                    .doesNotContain(" 0% packet loss")
                    .doesNotContain(" 100% packet loss");
            assertThat(pair.logs()).doesNotContain("Exception");
        }
    }

    @Test
    void whereDatagramsCannotBeDealtOutAmongSocketsThereIsOneShard(@TempDir Path own) throws IOException {
        try (StockPeer pair = new StockPeer(own, lacking("steering"), "--shards", "4")) {
            pair.configure(true, false, true);
            assertThat(pair.weft.sh("ping -c 5 -i 0.05 -W 2 10.77.0.2")).contains(" 0% packet loss");
            assertThat(pair.logs()).contains(", one shard: the kernel does not steer sockets of one port");
        }
    }

    private static List<String> lacking(String calls) {
        return List.of("LD_PRELOAD=" + library(), "WEFT_REFUSE=" + calls);
    }
}
