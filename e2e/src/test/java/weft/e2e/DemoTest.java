package weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import weft.api.Json;

/** The main jobs: a device goes online while its network changes under it, and a fleet keeps its session. */
class DemoTest {
    private static final long PATIENCE_SECONDS = 240;

    /** The demo's report. */
    record Report(boolean ok, List<Step> steps) {}

    record Step(String name, boolean ok, Map<String, Object> figures) {}

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    @Test
    @Tag("full")
    void everyStepOfTheDemoHolds() throws IOException, InterruptedException {
        Path report = directory.resolve("report.json");
        Path said = directory.resolve("said");
        Process demo = new ProcessBuilder(WeftProgram.command("demo", "--json"))
                .redirectOutput(report.toFile())
                .redirectError(said.toFile())
                .start();
        try {
            assertThat(demo.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .as("ends in time")
                    .isTrue();
        } finally {
            demo.destroyForcibly();
        }
        String output = Files.readString(report) + Files.readString(said);
        assertThat(demo.exitValue()).as(output).isZero();
        Report read = Json.read(Files.readAllBytes(report), Report.class);
        assertThat(new String(Json.write(read), StandardCharsets.UTF_8))
                .as("nothing else is on standard output")
                .isEqualTo(Files.readString(report).strip());
        assertThat(read.ok()).isTrue();
        assertThat(read.steps())
                .allMatch(Step::ok)
                .noneMatch(step -> step.figures().isEmpty());
        assertThat(read.steps().stream().map(Step::name))
                .containsExactly(
                        "world",
                        "serve",
                        "register",
                        "connect",
                        "pages",
                        "move",
                        "ipv6-over-ipv4",
                        "rebind",
                        "disconnect",
                        "fleet-world",
                        "fleet",
                        "fleet-connect",
                        "fleet-rebind",
                        "fleet-move",
                        "fleet-kill",
                        "fleet-back",
                        "fleet-drain",
                        "fleet-cut",
                        "fleet-city",
                        "fleet-status");
        System.out.println(Files.readString(report));
    }

    @Test
    void theUserspaceWireGuardLoadsNoneOfTheServersLibraries() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(WeftProgram.command("wg", "-f", "wg0")));
        command.add(1, "-Xlog:class+load:stdout");
        Path loaded = directory.resolve("classes");
        try (Netns namespace = Netns.create("l")) {
            namespace.start(loaded, command.toArray(String[]::new));
            for (int i = 0; i < 200 && !read(loaded).contains(" is up: "); i++) {
                Thread.sleep(100);
            }
        }
        String classes = read(loaded);
        assertThat(classes).contains("weft.tunnel.Tunnel").contains(" is up: ");
        assertThat(classes).doesNotContain("io.helidon.", "io.netty.", "tools.jackson.", "org.jdbi.");
    }

    private static String read(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.ISO_8859_1);
    }
}
