package weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** However a demo ends, nothing of its world is left, unless somebody asked for that. */
@Timeout(240)
class DemoLifeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String NOBODY = "65534";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    private Process start(String... command) throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(said().toFile())
                .start();
    }

    private Path said() {
        return directory.resolve("said");
    }

    private String run(String... arguments) throws IOException, InterruptedException {
        Process process = start(WeftProgram.command(arguments));
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        String output = Files.readString(said());
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }

    /** The demo's process and, when nginx, registry, edge and phone run, all that it started. */
    private List<ProcessHandle> inMidDemo(Process demo) throws IOException, InterruptedException {
        Instant deadline = Instant.now().plus(PATIENCE);
        while (!Files.readString(said()).contains("Pages over IPv4 and IPv6")) {
            assertThat(Instant.now()).as(Files.readString(said())).isBefore(deadline);
            Thread.sleep(20);
        }
        List<ProcessHandle> all = demo.descendants().toList();
        assertThat(all).hasSizeGreaterThanOrEqualTo(4);
        return all;
    }

    private static void assertGone(List<ProcessHandle> processes) {
        assertThat(processes)
                .allSatisfy(process ->
                        process.onExit().orTimeout(10, TimeUnit.SECONDS).join());
    }

    @Test
    void aKilledDemoTakesItsWorldWithIt() throws IOException, InterruptedException {
        Process demo = start(WeftProgram.command("demo"));
        List<ProcessHandle> world = inMidDemo(demo);
        demo.destroyForcibly();
        assertGone(world);
    }

    /** Whoever runs these tests in the background has SIGINT ignored, and children inherit that; a terminal does not. */
    private Process startAsInATerminal() throws IOException {
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
        command.addAll(List.of(WeftProgram.command("demo")));
        return start(command.toArray(String[]::new));
    }

    @Test
    void soDoesAnInterruptedOne() throws IOException, InterruptedException {
        Process demo = startAsInATerminal();
        List<ProcessHandle> world = inMidDemo(demo);
        assertThat(new ProcessBuilder("kill", "-INT", String.valueOf(demo.pid()))
                        .start()
                        .waitFor())
                .isZero();
        assertThat(demo.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(demo.exitValue()).isNotZero();
        assertGone(world);
    }

    @Test
    void aStepThatFailsIsNamedAndEndsTheWorldToo() throws IOException, InterruptedException {
        Process demo = start(WeftProgram.command("demo"));
        List<ProcessHandle> world = inMidDemo(demo);
        List<ProcessHandle> serving =
                world.stream().filter(DemoLifeTest::serves).toList();
        assertThat(serving).isNotEmpty();
        serving.forEach(ProcessHandle::destroyForcibly);
        assertThat(demo.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(demo.exitValue()).isEqualTo(1);
        assertThat(Files.readString(said())).containsIgnoringCase("fail").doesNotContain("\tat ");
        assertGone(world);
    }

    /** Asked of the kernel: the JDK does not tell a command line as long as this one. */
    private static boolean serves(ProcessHandle process) {
        try {
            Path commandLine = Path.of("/proc/" + process.pid() + "/cmdline");
            return Files.readString(commandLine).contains("\0serve\0");
        } catch (IOException gone) {
            return false;
        }
    }

    @Test
    @Tag("full")
    void aKeptDemoCanBeEnteredAndEnded() throws IOException, InterruptedException {
        assertThat(run("demo", "--keep")).contains("weft lab enter phone", "weft lab end");
        String worlds = run("lab", "list");
        assertThat(worlds).contains("phone");
        String newest = worlds.lines().toList().getLast().replaceAll(":.*", "");
        try {
            assertThat(run("lab", "enter", "phone", "hostname")).contains("phone");
        } finally {
            run("lab", "end");
        }
        assertThat(run("lab", "list")).doesNotContain(newest + ":");
    }

    /**
     * Runs the demo from a copy of the program that every user may read, as a user with no rights, where {@code /dev/net}
     * is as that command makes it.
     */
    private Process asOrdinaryUser(String device) throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path library = Files.createDirectory(directory.resolve("lib"));
        try (Stream<Path> jars = Files.list(Path.of("../cli/target/lib"))) {
            for (Path jar : jars.toList()) {
                Files.copy(jar, library.resolve(jar.getFileName()));
            }
        }
        String java = WeftProgram.command()[0];
        return start(
                "unshare",
                "--mount",
                "sh",
                "-c",
                "mount -t tmpfs -o dev,mode=755 none /dev/net && " + device + " && cd / && exec setpriv --reuid="
                        + NOBODY + " --regid=" + NOBODY + " --clear-groups --inh-caps=-all " + java + " -jar "
                        + library.resolve("weft.jar") + " demo");
    }

    @Test
    void whoHasNoTunDeviceIsToldWhatToDo() throws IOException, InterruptedException {
        Process demo = asOrdinaryUser("true");
        assertThat(demo.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(demo.exitValue()).isNotZero();
        assertThat(Files.readString(said())).contains("/dev/net/tun").doesNotContain("Exception", "\tat ");
    }

    @Test
    void soIsWhoMayNotOpenIt() throws IOException, InterruptedException {
        Process demo = asOrdinaryUser("mknod -m 600 /dev/net/tun c 10 200");
        assertThat(demo.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(demo.exitValue()).isNotZero();
        assertThat(Files.readString(said())).contains("/dev/net/tun").doesNotContain("Exception", "\tat ");
    }

    /** As udev makes the device on most systems. */
    @Test
    @Tag("full")
    void anOrdinaryUserRunsTheWholeDemo() throws IOException, InterruptedException {
        Process demo = asOrdinaryUser("mknod -m 666 /dev/net/tun c 10 200");
        assertThat(demo.waitFor(2 * PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(demo.exitValue()).as(Files.readString(said())).isZero();
    }
}
