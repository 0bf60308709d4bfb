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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** However a demo ends, nothing of its world is left, unless somebody asked for that. */
@Timeout(240)
class DemoLifeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String BECOME_NOBODY = "setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all ";

    private static final String OPEN_TO_ALL = "mknod -m 666 /dev/net/tun c 10 200";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void leaveNothingThoughItFailed() {
        for (Process process : started) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private Process start(String... command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(said().toFile())
                .start();
        started.add(process);
        return process;
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

    /**
     * As from a terminal, in a process group of its own. Whoever runs these tests in the background has SIGINT ignored, and
     * children inherit that; a terminal's do not.
     */
    private Process startAsInATerminal() throws IOException {
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT", "setsid"));
        command.addAll(List.of(WeftProgram.command("demo")));
        return start(command.toArray(String[]::new));
    }

    /** A terminal interrupts all that runs in it: the demo's own process and the commands that it waits for. */
    @Test
    void soDoesAnInterruptedOne() throws IOException, InterruptedException {
        Process demo = startAsInATerminal();
        List<ProcessHandle> world = inMidDemo(demo);
        assertThat(new ProcessBuilder("kill", "-INT", "--", "-" + demo.pid())
                        .start()
                        .waitFor())
                .isZero();
        assertThat(demo.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(demo.exitValue()).isNotZero();
        assertGone(world);
        assertThat(Files.readString(said())).doesNotContain("Exception", "\tat ");
    }

    /** Somebody else ends it, or the kernel for want of memory. */
    @Test
    void aWorldThatEndsUnderTheDemoIsAStepThatFails() throws IOException, InterruptedException {
        Process demo = start(WeftProgram.command("demo"));
        List<ProcessHandle> world = inMidDemo(demo);
        world.stream().filter(DemoLifeTest::isFirst).forEach(ProcessHandle::destroyForcibly);
        assertThat(demo.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(demo.exitValue()).isEqualTo(1);
        assertThat(Files.readString(said())).contains("DOES NOT HOLD").doesNotContain("Exception", "\tat ");
        assertGone(world);
    }

    private void failsWhenItsServerIsKilled(String... prefix) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(prefix));
        command.addAll(List.of(WeftProgram.command("demo")));
        Process demo = start(command.toArray(String[]::new));
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

    @Test
    @Tag("full")
    void aStepThatFailsIsNamedAndEndsTheWorldToo() throws IOException, InterruptedException {
        failsWhenItsServerIsKilled();
    }

    /** As in a container: nobody waits there for those whose parents have ended, so they stay among the dead. */
    @Test
    @Tag("full")
    void soItDoesWhereTheDemoIsTheFirstProcess() throws IOException, InterruptedException {
        failsWhenItsServerIsKilled("unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc");
    }

    private static boolean serves(ProcessHandle process) {
        return commandLine(process, "\0serve\0");
    }

    /** The world's first process, a shell. */
    private static boolean isFirst(ProcessHandle process) {
        return commandLine(process, "-s\0weft-world\0");
    }

    /** Asked of the kernel: the JDK does not tell a command line as long as these. */
    private static boolean commandLine(ProcessHandle process, String part) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"))
                    .contains(part);
        } catch (IOException gone) {
            return false;
        }
    }

    @Test
    @Tag("full")
    void aKeptDemoCanBeEnteredAndEnded() throws IOException, InterruptedException {
        String told = run("demo", "--keep");
        assertThat(told).contains("weft lab enter phone", "weft lab end");
        Matcher world = Pattern.compile("World (\\d+) stays").matcher(told);
        assertThat(world.find()).as(told).isTrue();
        String pid = world.group(1);
        assertThat(run("lab", "list")).containsPattern("world " + pid + ": .*phone");
        try {
            assertThat(run("lab", "enter", "--world", pid, "phone", "hostname", "-s"))
                    .contains("phone");
        } finally {
            run("lab", "end", "--world", pid);
        }
        assertThat(run("lab", "list")).doesNotContain("world " + pid + ":");
    }

    /** The command that runs the demo from a copy of the program that every user may read. */
    private String demoForAll() throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path library = Files.createDirectory(directory.resolve("lib"));
        try (Stream<Path> jars = Files.list(Path.of("../cli/target/lib"))) {
            for (Path jar : jars.toList()) {
                Files.copy(jar, library.resolve(jar.getFileName()));
            }
        }
        return WeftProgram.command()[0] + " -jar " + library.resolve("weft.jar") + " demo";
    }

    /** Runs a script where {@code /dev/net} is as that command makes it. */
    private Process where(String device, String script) throws IOException {
        return start(
                "unshare",
                "--mount",
                "sh",
                "-ec",
                "mount -t tmpfs -o dev,mode=755 none /dev/net; " + device + "; cd /; " + script);
    }

    /** As a user with no rights. */
    private Process asOrdinaryUser(String device) throws IOException {
        return where(device, "exec " + BECOME_NOBODY + demoForAll());
    }

    private void isToldWithoutAStackTrace(Process demo, String... words) throws IOException, InterruptedException {
        assertThat(demo.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(demo.exitValue()).isEqualTo(1);
        assertThat(Files.readString(said())).contains(words).doesNotContain("Exception", "\tat ");
    }

    @Test
    void whoHasNoTunDeviceIsToldWhatToDo() throws IOException, InterruptedException {
        isToldWithoutAStackTrace(asOrdinaryUser("true"), "There is no /dev/net/tun", "modprobe tun");
    }

    @Test
    void soIsWhoMayNotOpenIt() throws IOException, InterruptedException {
        isToldWithoutAStackTrace(
                asOrdinaryUser("mknod -m 600 /dev/net/tun c 10 200"), "may not open /dev/net/tun", "chmod 0666");
    }

    /** What it has to say to programs is one object, well or not; to people it speaks on the other stream. */
    @Test
    void aDemoThatFailsIsOneJsonObjectToo() throws IOException, InterruptedException {
        Path report = directory.resolve("report.json");
        Process demo = where("true", "exec " + demoForAll() + " --json >" + report);
        isToldWithoutAStackTrace(demo, "There is no /dev/net/tun");
        assertThat(report).content().isEqualToIgnoringNewLines("""
                        {"ok":false,"steps":[{"name":"world","ok":false,"figures":{}}]}
                        """);
    }

    /** In a user namespace of its own, whose limits are its own too, as a user with no rights. */
    private Process where(String limit, int most) throws IOException {
        return where(OPEN_TO_ALL, """
                unshare --user sleep infinity &
                room=/proc/$!
                trap "kill $!" EXIT
                until [ $(readlink $room/ns/user) != $(readlink /proc/self/ns/user) ]; do sleep 0.01; done
                echo 0 0 65536 >$room/uid_map
                echo 0 0 65536 >$room/gid_map
                nsenter --user=$room/ns/user sh -c 'echo %d >/proc/sys/user/%s; exec %s'
                """.formatted(most, limit, BECOME_NOBODY + demoForAll()));
    }

    @Test
    void soIsWhoMayNotMakeUserNamespaces() throws IOException, InterruptedException {
        isToldWithoutAStackTrace(
                where("max_user_namespaces", 0),
                "may not make namespaces",
                "sudo sysctl -w user.max_user_namespaces=",
                "or run this as root");
    }

    @Test
    void soIsWhoMayMakeTooFewOfTheOthers() throws IOException, InterruptedException {
        isToldWithoutAStackTrace(where("max_net_namespaces", 3), "sudo sysctl -w user.max_net_namespaces=");
    }

    /** As in a container without that capability. */
    @Test
    void soIsRootWithoutTheRightTo() throws IOException, InterruptedException {
        isToldWithoutAStackTrace(
                where(OPEN_TO_ALL, "exec setpriv --bounding-set=-sys_admin " + demoForAll()),
                "may not make namespaces",
                "In a container, give it CAP_SYS_ADMIN");
    }

    /** As udev makes the device on most systems. */
    @Test
    @Tag("full")
    void anOrdinaryUserRunsTheWholeDemo() throws IOException, InterruptedException {
        Process demo = asOrdinaryUser(OPEN_TO_ALL);
        assertThat(demo.waitFor(2 * PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(demo.exitValue()).as(Files.readString(said())).isZero();
    }
}
