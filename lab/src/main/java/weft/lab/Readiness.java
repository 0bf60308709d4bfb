package weft.lab;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Whether this machine can hold a world, and what mends it where it cannot. */
public final class Readiness {
    /** Command to Debian package. */
    static final Map<String, String> WORLD_TOOLS = Map.of(
            "unshare", "util-linux",
            "nsenter", "util-linux",
            "setsid", "util-linux",
            "hostname", "hostname",
            "ip", "iproute2",
            "nft", "nftables",
            "conntrack", "conntrack");

    static final Map<String, String> DEMO_TOOLS = Map.of("nginx", "nginx-light", "curl", "curl");

    private static final Path TUN = Path.of("/dev/net/tun");

    private Readiness() {}

    /** What is wrong, and what to do about it. */
    public record Problem(String what, String remedy) {
        @Override
        public String toString() {
            return what + "\n  " + remedy;
        }
    }

    /** Everything that stands in the way of the demo; empty if nothing does. */
    public static List<Problem> problems() {
        List<Problem> problems = new ArrayList<>(problems(WORLD_TOOLS));
        problems.addAll(tools(DEMO_TOOLS));
        return problems;
    }

    static void demand(Map<String, String> tools) {
        List<Problem> problems = problems(tools);
        if (!problems.isEmpty()) {
            throw new LabException(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        }
    }

    private static List<Problem> problems(Map<String, String> tools) {
        List<Problem> problems = new ArrayList<>(tools(tools));
        if (problems.isEmpty()) {
            problems.addAll(namespaces());
        }
        problems.addAll(tun());
        return problems;
    }

    private static List<Problem> tools(Map<String, String> tools) {
        List<String> missing =
                tools.keySet().stream().filter(tool -> !onPath(tool)).sorted().toList();
        if (missing.isEmpty()) {
            return List.of();
        }
        String packages = missing.stream().map(tools::get).distinct().collect(Collectors.joining(" "));
        return List.of(new Problem(
                "These commands are missing: " + String.join(", ", missing) + ".",
                "Install them: sudo apt-get install --no-install-recommends " + packages));
    }

    private static boolean onPath(String tool) {
        String path = Enclosure.builder(List.of(tool)).environment().getOrDefault("PATH", "");
        return List.of(path.split(File.pathSeparator)).stream()
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, tool)));
    }

    private static List<Problem> namespaces() {
        List<String> command = new ArrayList<>(Enclosure.unshare());
        command.addAll(List.of("--fork", "--mount-proc", "true"));
        try {
            Process attempt =
                    Enclosure.builder(command).redirectErrorStream(true).start();
            String complaint = new String(attempt.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return attempt.onExit().join().exitValue() == 0
                    ? List.of()
                    : List.of(new Problem(
                            "This user may not make namespaces (" + complaint + ").",
                            NamespaceRemedy.of(complaint, Enclosure.ROOT)));
        } catch (IOException e) {
            return List.of(new Problem("unshare does not start: " + e.getMessage(), "Install it: util-linux"));
        }
    }

    private static List<Problem> tun() {
        if (!Files.exists(TUN)) {
            return List.of(new Problem(
                    "There is no /dev/net/tun.",
                    "Load it: sudo modprobe tun   (in a container, pass the device in: --device /dev/net/tun)"));
        }
        if (!Files.isReadable(TUN) || !Files.isWritable(TUN)) {
            return List.of(new Problem(
                    "This user may not open /dev/net/tun.",
                    "Open it: sudo chmod 0666 /dev/net/tun   or run this as root."));
        }
        return List.of();
    }
}
