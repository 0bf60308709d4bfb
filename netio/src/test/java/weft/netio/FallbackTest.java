package weft.netio;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where the kernel or a driver lacks something, the next best way is taken and told, and nothing is lost by that. */
@Timeout(120)
class FallbackTest {
    private static final String BEST = "at first: UDP_GRO and UDP_SEGMENT ";

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static Refusals refusals;

    @BeforeAll
    static void compile(@TempDir Path directory) throws Exception {
        refusals = new Refusals(directory);
    }

    @Test
    void withoutRefusalsTheBestWayIsTaken() throws Exception {
        assertThat(refusals.main(UdpExchange.class, "").lines())
                .anySatisfy(line -> assertThat(line).startsWith(BEST))
                .anySatisfy(line -> assertThat(line).startsWith(BEST.replace("first", "last")))
                .contains("lost: 0", "refusals: 0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "recvmmsg | one datagram a call, no segmentation offload: the kernel has no recvmmsg",
                "sendmmsg | one datagram a call, no segmentation offload: the kernel has no sendmmsg",
                "udp-gro | recvmmsg and sendmmsg, no segmentation offload: the kernel has no UDP_GRO (Protocol not available)",
                "udp-segment | recvmmsg and sendmmsg, no segmentation offload: the kernel has no UDP_SEGMENT (Protocol not available)",
            })
    void whatTheKernelLacksIsFoundWhenASocketIsOpened(String lacking, String way) throws Exception {
        assertThat(refusals.main(UdpExchange.class, lacking).lines())
                .containsExactly("at first: " + way, "at last: " + way, "lost: 0", "dropped: 0", "refusals: 0");
    }

    @Test
    void aDeviceThatComputesNoChecksumsEndsTheUseOfSegments() throws Exception {
        assertThat(refusals.main(UdpExchange.class, "segments").lines())
                .anySatisfy(line -> assertThat(line).startsWith(BEST))
                .contains(
                        "at last: recvmmsg and sendmmsg, no segmentation offload: a device on the way refused segments",
                        "lost: 0",
                        "dropped: 0",
                        "refusals: 0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"buffers", "buffers,udp-segment", "buffers,sendmmsg", "buffers,segments"})
    void aDeviceWithoutBuffersLosesWhatItRefusesAndNoMore(String lacking) throws Exception {
        String[] lines = refusals.main(UdpExchange.class, lacking).lines().toArray(String[]::new);
        assertThat(lines[2].substring("lost: ".length()))
                .isEqualTo(lines[3].substring("dropped: ".length()))
                .satisfies(lost -> assertThat(Integer.parseInt(lost)).isBetween(1, 3_000));
        assertThat(lines[4]).doesNotEndWith(" 0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "none | TCP and UDP segmentation offload",
                "tun-uso | TCP segmentation offload (the kernel has no UDP offload for TUN)",
                "tun-offload | vnet header, no offload (the kernel refused all)",
                "tun-vnet | one packet a call (the kernel has no vnet header for TUN)",
            })
    void whatTheKernelLacksIsFoundWhenATunIsMade(String lacking, String way) throws Exception {
        assertThat(refusals.main(TunTransfer.class, lacking).lines()).containsExactly("weft0: " + way, "dropped: 0");
    }
}
