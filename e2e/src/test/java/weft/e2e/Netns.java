package weft.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A network namespace that a test made, with the processes that it started in there; both are gone after {@link #close}. */
final class Netns implements AutoCloseable {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final long COMMAND_SECONDS = 900;

    private final String name;
    private final List<Process> started = new ArrayList<>();

    private Netns(String name) {
        this.name = name;
    }

    static Netns create(String role) {
        Netns namespace = new Netns("weft-" + role + NUMBER.incrementAndGet() + "-"
                + ProcessHandle.current().pid());
        run(List.of("ip", "netns", "add", namespace.name));
        namespace.sh("ip link set lo up");
        return namespace;
    }

    /** Two namespaces joined by a cable: {@code eth0} in both. */
    static void join(Netns a, Netns b) {
        run(List.of(
                "ip", "-n", a.name, "link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns", b.name));
        a.sh("ip link set eth0 up");
        b.sh("ip link set eth0 up");
    }

    String name() {
        return name;
    }

    /** Runs a shell command in the namespace and returns its output; fails with the output if the command does. */
    String sh(String command) {
        return run(List.of("ip", "netns", "exec", name, "sh", "-c", command));
    }

    boolean succeeds(String command) {
        try {
            sh(command);
            return true;
        } catch (AssertionError failed) {
            return false;
        }
    }

    /** The processes in the namespace, one a line. */
    String pids() {
        return run(List.of("ip", "netns", "pids", name)).strip();
    }

    /** Starts a process in the namespace; it is ended with the namespace. */
    Process start(Path log, String... command) throws IOException {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", name));
        all.addAll(Arrays.asList(command));
        Process process = new ProcessBuilder(all)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        started.add(process);
        return process;
    }

    @Override
    public void close() {
        for (Process process : started) {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
            try {
                if (!process.waitFor(5, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        run(List.of("ip", "netns", "delete", name));
    }

    private static String run(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new AssertionError(String.join(" ", command) + ": " + output.strip());
            }
            return output;
        } catch (IOException e) {
            throw new AssertionError(command.getFirst() + " could not be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
