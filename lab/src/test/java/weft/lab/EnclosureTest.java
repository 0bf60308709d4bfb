package weft.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds for a world in a program of its own. */
class EnclosureTest {
    private static final Path TUN = Path.of("/dev/net/tun");
    private static final String NOBODY = "65534";

    @TempDir
    private Path directory;

    @Test
    void aWorldVanishesWithItsProgramEvenByKill9() throws IOException, InterruptedException {
        List<String> interfaces = interfaces();
        Process program = start(List.of());
        BufferedReader output = program.inputReader();
        assertThat(output.readLine()).startsWith("This is " + Topology.V6_NAME);
        long first = Long.parseLong(output.readLine());
        ProcessHandle world = ProcessHandle.of(first).orElseThrow();
        List<ProcessHandle> inhabitants = inhabitants(first);
        assertThat(inhabitants).hasSizeGreaterThanOrEqualTo(4); // its shell, nginx and two wireguard-go

        program.destroyForcibly();

        world.onExit().orTimeout(5, TimeUnit.SECONDS).join();
        assertThat(inhabitants)
                .allSatisfy(process ->
                        process.onExit().orTimeout(5, TimeUnit.SECONDS).join());
        assertThat(interfaces()).isEqualTo(interfaces);
    }

    @Test
    void anOrdinaryUserRaisesAWorldToo() throws IOException {
        // As udev has it on most systems; here and there the device is root's alone.
        Set<PosixFilePermission> before = Files.getPosixFilePermissions(TUN);
        Files.setPosixFilePermissions(TUN, PosixFilePermissions.fromString("rw-rw-rw-"));
        try {
            Process program = start(ordinaryUser());
            try {
                assertThat(program.inputReader().readLine()).startsWith("This is " + Topology.V6_NAME);
            } finally {
                program.destroyForcibly();
            }
        } finally {
            Files.setPosixFilePermissions(TUN, before);
        }
    }

    /** Such as Debian's debootstrap makes. */
    @Test
    void aMachineWithoutAnEtcHostsWillDo() throws IOException {
        String copy = Files.createDirectory(directory.resolve("etc")).toString();
        String without = """
                mount -t tmpfs none $0 && cp -a /etc/. $0 && rm $0/hosts && mount --bind $0 /etc && exec "$@"
                """;
        Process program = start(List.of("unshare", "--mount", "sh", "-c", without, copy));
        try {
            assertThat(program.inputReader().readLine()).startsWith("This is " + Topology.V6_NAME);
        } finally {
            program.destroyForcibly();
        }
    }

    @Test
    void aKeptWorldIsFoundEnteredAndEnded() throws InterruptedException {
        World world = World.raise(Topology.oneCity());
        world.keep();
        Lab lab = Lab.running().stream()
                .filter(running -> running.pid() == world.pid())
                .findFirst()
                .orElseThrow();
        assertThat(lab.hosts()).contains(Topology.PHONE, Topology.EDGE, Topology.WEB);
        assertThat(lab.enter(Topology.WEB, List.of("sh", "-c", "test $(hostname) = web && exit 7")))
                .isEqualTo(7);
        assertThat(world.alive()).isTrue();
        lab.end();
        assertThat(world.alive()).isFalse();
    }

    /** Root's tests become an ordinary user for this; another user's are one. */
    private static List<String> ordinaryUser() throws IOException {
        boolean root = Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        return root
                ? List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups", "--inh-caps=-all")
                : List.of();
    }

    /** Runs Inhabitant from a copy of the classes that every user may read. */
    private Process start(List<String> prefix) throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        copy(World.class);
        copy(Inhabitant.class);
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                directory.toString(),
                Inhabitant.class.getName()));
        return new ProcessBuilder(command)
                .directory(Path.of("/").toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private void copy(Class<?> fromSamePlace) throws IOException {
        Path source = Path.of(fromSamePlace
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath());
        Path target = directory.resolve("weft/lab");
        Files.createDirectories(target);
        try (Stream<Path> classes = Files.list(source.resolve("weft/lab"))) {
            for (Path file : classes.toList()) {
                Files.copy(file, target.resolve(file.getFileName()));
            }
        }
    }

    /** Every process in the PID namespace of that process. */
    private static List<ProcessHandle> inhabitants(long first) throws IOException {
        Path namespace = Files.readSymbolicLink(Path.of("/proc/" + first + "/ns/pid"));
        return ProcessHandle.allProcesses()
                .filter(process -> isIn(namespace, process))
                .toList();
    }

    private static boolean isIn(Path namespace, ProcessHandle process) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/" + process.pid() + "/ns/pid"))
                    .equals(namespace);
        } catch (IOException goneOrNotOurs) {
            return false;
        }
    }

    private static List<String> interfaces() throws IOException {
        try (Stream<Path> devices = Files.list(Path.of("/sys/class/net"))) {
            return devices.map(Path::toString).sorted().toList();
        }
    }
}
