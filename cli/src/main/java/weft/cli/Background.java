package weft.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Starts this program once more as a process of its own that stays when the caller ends. */
final class Background {
    private static final long PATIENCE_MILLIS = 20_000;
    private static final long POLL_MILLIS = 20;

    private Background() {}

    /**
     * @param marker the environment variable that tells the new process to stay in the foreground
     * @param ready a file that appears when the new process is ready
     * @param log what it says later is written there, begun anew; without one it is lost
     * @return an exit code
     */
    static int start(String marker, List<String> arguments, Path ready, Optional<Path> log) throws IOException {
        List<String> command = new ArrayList<>(List.of("setsid"));
        command.addAll(Program.command());
        command.addAll(arguments);
        Path output = log.isPresent()
                ? Files.createTempFile(log.get().getParent(), "weft-", ".log")
                : Files.createTempFile("weft-", ".log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(output.toFile())
                .redirectErrorStream(true);
        builder.environment().put(marker, "1");
        Process process = builder.start();
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
        while (System.nanoTime() < deadline) {
            if (Files.exists(ready)) {
                keepOrDelete(output, log);
                return 0;
            }
            if (ended(process)) {
                break;
            }
        }
        String said = Files.readString(output);
        Files.deleteIfExists(output);
        process.destroy();
        throw new CommandException(said.isBlank() ? "it did not start within 20 s" : said.strip());
    }

    /** The process goes on writing to the file that it was given, whatever its name is by then. */
    private static void keepOrDelete(Path output, Optional<Path> log) throws IOException {
        if (log.isPresent()) {
            Files.move(output, log.get(), StandardCopyOption.REPLACE_EXISTING);
        } else {
            Files.deleteIfExists(output);
        }
    }

    private static boolean ended(Process process) {
        try {
            return process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
