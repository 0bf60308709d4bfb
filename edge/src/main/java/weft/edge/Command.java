package weft.edge;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs a program of the system in the calling thread's network namespace. */
final class Command {
    private static final long PATIENCE_SECONDS = 20;

    /** The PATH of a service or of an ordinary user often lacks some of them. */
    private static final List<String> PLACES = List.of("/usr/sbin", "/sbin", "/usr/bin", "/bin");

    private Command() {}

    static Optional<Path> find(String program) {
        Stream<String> path = Optional.ofNullable(System.getenv("PATH")).stream()
                .flatMap(directories -> Stream.of(directories.split(":", -1)))
                .filter(directory -> directory.startsWith("/"));
        return Stream.concat(path, PLACES.stream())
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** @throws IOException with what the program said, if it failed */
    static String run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).start();
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.flush();
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        if (exitCode(process) != 0) {
            throw new IOException(String.join(" ", command) + ": " + errors.strip());
        }
        return output;
    }

    private static int exitCode(Process process) throws IOException {
        try {
            if (process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                return process.exitValue();
            }
            process.destroyForcibly();
            throw new IOException("a program did not end within " + PATIENCE_SECONDS + " s");
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a program ran", interrupted);
        }
    }
}
