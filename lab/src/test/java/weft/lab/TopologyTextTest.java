package weft.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TopologyTextTest {
    @Test
    void whatIsWrittenDownIsReadAsItWas() {
        for (Topology topology : List.of(Topology.oneCity(), Cities.of(3, 2, 1600, Duration.ofMillis(1_500)))) {
            String text = TopologyText.write(topology);
            Topology read = TopologyText.read(text);
            assertThat(TopologyText.write(read)).isEqualTo(text);
            assertThat(read.nodes()).isEqualTo(topology.nodes());
            assertThat(read.names()).isEqualTo(topology.names());
            assertThat(read.links()).hasSameSizeAs(topology.links());
        }
    }
}
