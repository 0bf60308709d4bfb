package weft.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;

/**
 * The namespaces that hold a world: mount, network and PID namespaces of their own, and a user namespace when we are not
 * root. Nothing of the host is changed.
 *
 * <p>PID 1 in there is a shell that reads its commands from a pipe which only this program holds. When the program ends,
 * however it ends, the shell reads the end of the file and exits, and the kernel kills every process of the PID
 * namespace; with the last of them go mounts, interfaces and rules. {@link #keep} tells the shell to wait for ever instead.
 *
 * <p>Programs enter by {@code nsenter}; files are reached through /proc/PID/root. So whoever drives a world, the demo, a
 * test, or a {@code weft lab enter} from another terminal, stays outside and does the same.
 */
final class Enclosure implements AutoCloseable {
    /** The last argument of every world's shell, by which {@link #all} knows it. */
    private static final String MARK = "weft-world";

    private static final String READY = "weft-world-is-up";
    static final boolean ROOT = isRoot();
    private static final long PATIENCE_SECONDS = 5;

    private final ProcessHandle first;
    private final OutputStream commands;

    private Enclosure(ProcessHandle first, OutputStream commands) {
        this.first = first;
        this.commands = commands;
    }

    /** Makes the namespaces and runs the script in there; returns when it is done. */
    static Enclosure open(String script) {
        List<String> command = new ArrayList<>(List.of("setsid"));
        command.addAll(unshare());
        command.addAll(List.of("--fork", "--kill-child", "--mount-proc", "sh", "-s", MARK));
        try {
            Process outer = builder(command).redirectErrorStream(true).start();
            OutputStream commands = outer.getOutputStream();
            StringJoiner complaints = new StringJoiner("\n");
            try {
                commands.write((script + "\necho " + READY + "\n").getBytes(StandardCharsets.UTF_8));
                commands.flush();
            } catch (IOException alreadyGone) {
                complaints.add(String.valueOf(alreadyGone.getMessage())); // what it printed says more
            }
            BufferedReader output = outer.inputReader();
            for (String line = output.readLine(); !READY.equals(line); line = output.readLine()) {
                if (line == null) {
                    throw new LabException(
                            "The world could not be raised:\n" + complaints + remedy(complaints.toString()));
                }
                complaints.add(line);
            }
            return new Enclosure(outer.children().findFirst().orElseThrow(), commands);
        } catch (IOException e) {
            throw new LabException("The world could not be raised: " + e.getMessage(), e);
        }
    }

    /** A world takes many namespaces, and a limit may be reached half-way. */
    private static String remedy(String complaints) {
        return complaints.contains("unshare failed") ? "\n  " + NamespaceRemedy.of(complaints, ROOT) : "";
    }

    /** The worlds that this user has running, the newest first. */
    static List<Enclosure> all() {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .arguments()
                        .filter(arguments -> List.of(arguments).equals(List.of("-s", MARK)))
                        .isPresent())
                .sorted(Comparator.comparing(Enclosure::begun).reversed())
                .map(process -> new Enclosure(process, OutputStream.nullOutputStream()))
                .toList();
    }

    /** The part of the command line that makes the namespaces; Readiness tries it too. */
    static List<String> unshare() {
        List<String> command = new ArrayList<>(List.of("unshare", "--mount", "--net", "--pid"));
        if (!ROOT) {
            command.addAll(List.of("--user", "--map-root-user"));
        }
        return command;
    }

    /** A process builder whose PATH has the administrator's directories, which users on Debian do not have. */
    static ProcessBuilder builder(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command);
        Map<String, String> environment = builder.environment();
        environment.merge("PATH", "/usr/local/sbin:/usr/sbin:/sbin", (path, more) -> path + ":" + more);
        environment.put("LC_ALL", "C.UTF-8");
        return builder;
    }

    /** Runs a command in a host's namespaces. The process is nsenter's; the command is its only child. */
    ProcessBuilder command(String host, List<String> command) {
        Path anchor = path("/proc/" + read("/run/anchors/" + host));
        List<String> all = new ArrayList<>(List.of("nsenter", "--target", Long.toString(pid())));
        if (!ROOT) {
            all.addAll(List.of("--user", "--preserve-credentials"));
        }
        all.addAll(List.of(
                "--pid",
                "--mount=" + anchor + "/ns/mnt",
                "--net=" + anchor + "/ns/net",
                "--uts=" + anchor + "/ns/uts",
                "--"));
        all.addAll(command);
        return builder(all);
    }

    /** What a file of the world holds, without white space around it. */
    String read(String inside) {
        try {
            return Files.readString(path(inside)).strip();
        } catch (IOException e) {
            throw new LabException("The world is gone: " + e.getMessage(), e);
        }
    }

    /** Where a file of the world lies for programs outside. */
    Path path(String inside) {
        return Path.of("/proc/" + pid() + "/root" + inside);
    }

    List<String> hosts() {
        String[] names = path("/run/netns").toFile().list();
        return names == null ? List.of() : Arrays.stream(names).sorted().toList();
    }

    /** The PID, seen from outside, of the world's PID 1. */
    long pid() {
        return first.pid();
    }

    boolean alive() {
        return first.isAlive();
    }

    /** The world stays when this program ends. */
    void keep() {
        try {
            commands.write(
                    "while :; do sleep 86400 || :; done </dev/null >/dev/null 2>&1\n".getBytes(StandardCharsets.UTF_8));
            commands.flush();
        } catch (IOException e) {
            throw new LabException("The world is gone already: " + e.getMessage(), e);
        }
    }

    /**
     * Ends the world and waits until its first process, and with it every other, is gone. In a container whose own first
     * process does not wait for orphans, one of the dead may keep it from going for ever: hence the patience.
     */
    @Override
    public void close() {
        first.destroyForcibly();
        first.onExit()
                .completeOnTimeout(first, PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    private static Instant begun(ProcessHandle process) {
        return process.info().startInstant().orElse(Instant.EPOCH);
    }

    private static boolean isRoot() {
        try {
            return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException e) {
            throw new LabException("/proc is not mounted, and the lab needs it.", e);
        }
    }
}
