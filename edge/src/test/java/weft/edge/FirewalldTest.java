package weft.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The edge beside a firewalld that runs. */
@Timeout(180)
class FirewalldTest {
    private static final int PORT = 2408;
    private static final Passages EDGE = new Passages("weft0", PORT, List.of(8470));

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Neighbourhood world;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Firewalld firewalld;

    @BeforeEach
    void setUp() throws Exception {
        world = new Neighbourhood();
        firewalld = new Firewalld(world);
    }

    @AfterEach
    void tearDown() throws Exception {
        world.close();
    }

    @Test
    void devicesAreServedAlsoAfterItReloadsAndItsRulesAreItsOwnAtTheEnd() throws Exception {
        String before = rules();
        OnePhone phone = new OnePhone(world, directory);
        try (Edge _ = phone.startEdge()) {
            phone.connect();
            assertThat(phone.isServed()).isTrue();
            firewalld.tell("--reload");
            assertThat(phone.isServedWithin(5)).as("after a reload").isTrue();
        }
        assertThat(rules()).isEqualTo(before);
        assertThat(phone.isServed()).isFalse();
    }

    @Test
    void whatItsOwnCommandsHaveOpenedIsNotNamed() throws Exception {
        Passage tunnel = new Passage.From("weft0");
        Passage port = new Passage.Port(Opening.Protocol.UDP, PORT);
        Passage registry = new Passage.Port(Opening.Protocol.TCP, 8470);
        assertThat(stopped()).containsExactlyInAnyOrder(tunnel, port, registry); // replies pass, whatever they are for
        firewalld.tell("--add-port=2408/udp");
        assertThat(stopped()).containsExactlyInAnyOrder(tunnel, registry);
        firewalld.tell("--zone=work", "--add-interface=to-device");
        firewalld.tell("--zone=work", "--add-port=8470/tcp");
        assertThat(stopped()).containsExactly(tunnel);
        firewalld.tell("--zone=trusted", "--add-interface=weft0");
        assertThat(stopped()).isEmpty();
    }

    @Test
    void theNamedCommandsHoldAlsoAfterItReloads() throws Exception {
        for (Blocker blocker : world.within("edge", () -> OtherFirewalls.find(EDGE))) {
            firewalld.run(blocker.mend());
        }
        assertThat(stopped()).isEmpty();
        firewalld.tell("--reload");
        assertThat(stopped()).isEmpty();
    }

    private List<Passage> stopped() throws Exception {
        return world.within("edge", () -> OtherFirewalls.find(EDGE)).stream()
                .flatMap(blocker -> blocker.stopped().stream())
                .toList();
    }

    private String rules() throws IOException {
        return world.in("edge", "nft", "-s", "list", "ruleset");
    }
}
