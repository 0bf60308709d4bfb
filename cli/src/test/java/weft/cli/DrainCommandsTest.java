package weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import weft.edge.FleetCount;
import weft.edge.FleetStatus;

/** What the commands say where no edge answers; what they do where one does is tested in the lab. */
class DrainCommandsTest {
    private static final String FLEET = """
            [fleet]
            endpoints = ["203.0.113.1:2408"]
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    private final StringWriter errors = new StringWriter();

    private int run(String command, String configuration) throws IOException {
        Path file = Files.writeString(directory.resolve("weft.toml"), configuration);
        CommandLine line = Weft.commandLine().setErr(new PrintWriter(errors));
        return line.execute((command + " --config " + file).split(" ", -1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"edge drain", "edge undrain", "fleet status"})
    void whereNoEdgeRunsTheNextCommandIsNamed(String command) throws IOException {
        int status = run(
                command,
                FLEET + "members-file = \"members.toml\"\n[edge]\nname = \"a1\"\ncontrol-socket = \"edge.sock\"\n");
        assertThat(status).isEqualTo(1);
        assertThat(errors.toString())
                .contains("no edge runs here: nobody listens on " + directory.resolve("edge.sock"))
                .contains("Next: weft edge --config " + directory.resolve("weft.toml"));
    }

    @Test
    void anEdgeThatIsAloneHasNobodyToGiveItsSessionsTo() throws IOException {
        assertThat(run("edge drain", FLEET)).isEqualTo(1);
        assertThat(errors.toString()).contains("this edge is alone");
    }

    @Test
    void aDeadlineIsATime() throws IOException {
        assertThat(run("edge drain --deadline soon", FLEET)).isEqualTo(1);
        assertThat(errors.toString()).contains("--deadline: a time such as 90s");
    }

    @Test
    void theStatusForPeopleHasALineForEachEdge() {
        FleetStatus status = new FleetStatus(
                FleetStatus.VERSION,
                "a1",
                "00000000000000ff",
                -3,
                true,
                FleetStatus.Health.WELL,
                new FleetStatus.Drain(FleetStatus.DrainState.KEEPING, 2, Optional.of(5), Optional.of(60L), false),
                List.of(
                        new FleetStatus.Member(
                                "a1",
                                FleetStatus.MemberState.DRAINING,
                                0,
                                Optional.of(true),
                                Optional.of(new FleetStatus.Figures(2, 1000, 0.25, 7))),
                        new FleetStatus.Member(
                                "a2", FleetStatus.MemberState.DEAD, 1, Optional.of(false), Optional.empty())),
                Map.of(FleetCount.FRAGMENTED, 12L, FleetCount.FORWARDED, 250L));
        assertThat(FleetText.full(status).lines())
                .satisfiesExactly(
                        head -> assertThat(head).startsWith("EDGE"),
                        first -> assertThat(first).matches("a1 +draining +0.0 % +2 +25.0 % +7 +same"),
                        second -> assertThat(second).matches("a2 +dead +100.0 % +\\? +\\? +\\? +OTHER"),
                        seen -> assertThat(seen).contains("clock -3 ms"),
                        fragments -> assertThat(fragments).startsWith("12 datagrams to other edges went in fragments"),
                        drain -> assertThat(drain)
                                .isEqualTo("It drains: 2 sessions and 5 inner flows, until 60 s from now at most."));
    }
}
