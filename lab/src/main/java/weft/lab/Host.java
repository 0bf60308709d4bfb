package weft.lab;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * One host of a world: a network stack, a host name and a /run of its own, on the files of the machine it runs on.
 *
 * <p>Every path given to its methods is one inside the host, and under /run.
 */
public final class Host {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final String name;
    private final Enclosure enclosure;

    Host(String name, Enclosure enclosure) {
        this.name = name;
        this.enclosure = enclosure;
    }

    /** What a command printed, and its exit status. */
    public record Result(int status, String output, String errors) {
        public boolean ok() {
            return status == 0;
        }
    }

    public String name() {
        return name;
    }

    /** Runs a command to its end, for a minute at most. */
    public Result run(String... command) {
        return run(List.of(command));
    }

    public Result run(List<String> command) {
        return run(command, "");
    }

    /** Runs a command, which must succeed, and returns what it printed, without the last line's end. */
    public String output(String... command) {
        return output(List.of(command));
    }

    public String output(List<String> command) {
        return demand(command, run(command)).output().stripTrailing();
    }

    /** Runs a command that reads this text, and must succeed. */
    public String feed(String input, String... command) {
        return demand(List.of(command), run(List.of(command), input)).output().stripTrailing();
    }

    /** Starts a command that goes on; its output goes to the end of /run/log/NAME.log. */
    public Daemon start(String daemon, List<String> command) {
        Path log = path("/run/log/" + daemon + ".log");
        long before = log.toFile().length();
        ProcessBuilder builder = builder(new Daemons(this).noted(daemon, command))
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        return new Daemon(name + "/" + daemon, launch(builder), log, before);
    }

    /** A process in this host, to be started by the caller. */
    public ProcessBuilder builder(List<String> command) {
        return enclosure.command(name, command);
    }

    /** Where a path under this host's /run lies for programs outside of the world. */
    public Path path(String inside) {
        if (!inside.startsWith("/run/")) {
            throw new IllegalArgumentException(inside + " is not under /run");
        }
        return enclosure.path("/run/hosts/" + name + inside.substring("/run".length()));
    }

    public void write(String path, String content) {
        write(path, content.getBytes(StandardCharsets.UTF_8));
    }

    public void write(String path, byte[] content) {
        Path file = path(path);
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, content);
        } catch (IOException e) {
            throw failed("cannot write " + path, e);
        }
    }

    /** Writes a file that only its owner may read (mode 0600). */
    public void secret(String path, String content) {
        write(path, "");
        try {
            Files.setPosixFilePermissions(path(path), PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            throw failed("cannot close " + path + " to others", e);
        }
        write(path, content);
    }

    private LabException failed(String what, IOException e) {
        return new LabException(
                enclosure.alive() ? "%s: %s: %s".formatted(name, what, e.getMessage()) : "The world is gone.", e);
    }

    void batch(List<String> lines) {
        feed(String.join("\n", lines) + "\n", "ip", "-batch", "-");
    }

    private Result run(List<String> command, String input) {
        Process process = launch(builder(command));
        CompletableFuture<String> output = text(process.getInputStream());
        CompletableFuture<String> errors = text(process.getErrorStream());
        try {
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException endedWithoutReading) {
                // its status and output tell
            }
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                kill(process);
                throw new LabException(
                        "%s: no end after %d s: %s".formatted(name, PATIENCE.toSeconds(), String.join(" ", command)));
            }
        } catch (InterruptedException e) {
            kill(process);
            Thread.currentThread().interrupt();
            throw new LabException(name + ": interrupted: " + String.join(" ", command), e);
        }
        return new Result(process.exitValue(), output.join(), errors.join());
    }

    private Process launch(ProcessBuilder builder) {
        try {
            return builder.start();
        } catch (IOException e) {
            throw failed("cannot start " + builder.command().getFirst(), e);
        }
    }

    /** Killing nsenter alone would leave the command running. */
    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private static CompletableFuture<String> text(InputStream stream) {
        CompletableFuture<String> text = new CompletableFuture<>();
        Thread.startVirtualThread(() -> {
            try (stream) {
                text.complete(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                text.completeExceptionally(e);
            }
        });
        return text;
    }

    private Result demand(List<String> command, Result result) {
        if (!result.ok()) {
            throw new LabException("%s: exit status %d from: %s%n%s%s"
                    .formatted(name, result.status(), String.join(" ", command), result.output(), result.errors()));
        }
        return result;
    }
}
