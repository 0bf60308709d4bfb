package weft.lab;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A program that runs on in a host of a world. It ends with the world, or sooner when closed. */
public final class Daemon implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(10);
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final String name;
    private final Process entrance;
    private final Path log;
    private final long from;

    /**
     * @param entrance the nsenter that has it as its only child
     * @param from what was in the log before it began, in bytes
     */
    Daemon(String name, Process entrance, Path log, long from) {
        this.name = name;
        this.entrance = entrance;
        this.log = log;
        this.from = from;
    }

    /** Its PID, seen from outside of the world. */
    public long pid() {
        return process().pid();
    }

    public boolean alive() {
        return entrance.isAlive();
    }

    /** What it has printed so far. */
    public String log() {
        try (InputStream all = Files.newInputStream(log)) {
            all.skipNBytes(from);
            return new String(all.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new LabException("There is no log of " + name + ".", e);
        }
    }

    /** Waits until it has printed a line that is exactly this. */
    public void awaitLine(String line, Duration patience) {
        await("to print \"" + line + "\"", () -> log().lines().anyMatch(line::equals), patience);
    }

    /** Waits for something that it brings about; fails when it ends before, or in that time does not. */
    public void await(String what, BooleanSupplier happened, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!happened.getAsBoolean()) {
            if (!alive()) {
                throw new LabException("%s ended with status %d; we waited for it %s.%n%s"
                        .formatted(name, entrance.exitValue(), what, log()));
            }
            if (System.nanoTime() - deadline > 0) {
                throw new LabException("%s took over %d s %s.%n%s".formatted(name, patience.toSeconds(), what, log()));
            }
            sleep();
        }
    }

    /** The memory that it holds now (VmRSS of proc(5)), in bytes. */
    public long residentBytes() {
        try {
            return Files.readAllLines(Path.of("/proc/" + pid() + "/status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            throw new LabException(name + " has ended.\n" + log(), e);
        }
    }

    /** SIGTERM, and no more. */
    public void terminate() {
        process().destroy();
    }

    /** SIGQUIT: a JVM prints where its threads are, and goes on. */
    public void quit() {
        try {
            new ProcessBuilder("kill", "-QUIT", Long.toString(pid()))
                    .inheritIO()
                    .start()
                    .onExit()
                    .join();
        } catch (IOException e) {
            throw new LabException("kill does not start: " + e.getMessage(), e);
        }
    }

    /** SIGKILL. */
    public void kill() {
        if (alive()) {
            process().destroyForcibly();
        }
        entrance.onExit().join();
    }

    /** SIGTERM, and SIGKILL where that does not help within seconds. */
    @Override
    public void close() {
        if (alive()) {
            process().destroy();
            try {
                if (entrance.waitFor(GRACE.toSeconds(), TimeUnit.SECONDS)) {
                    return;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        kill();
    }

    private ProcessHandle process() {
        while (true) {
            var child = entrance.children().findFirst();
            if (child.isPresent() || !alive()) {
                return child.orElse(entrance.toHandle());
            }
            sleep();
        }
    }

    private static void sleep() {
        try {
            Thread.sleep(POLL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted", e);
        }
    }
}
