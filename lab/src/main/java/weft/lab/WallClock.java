package weft.lab;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * A clock of a program's own, by Debian's libfaketime, that can be set while the program runs. Time namespaces have no wall
 * clock, so this is the way to have several that differ on one machine.
 *
 * <p>The monotonic clock stays the kernel's. Without the fourth variable the library also cuts the JVM's waits short; and when
 * it may remember the file for a while, it does so by the clock that it shifts.
 */
final class WallClock {
    private static final String FILE = "/run/clock";
    private static final Path LIBRARIES = Path.of("/usr/lib");
    private static final String LIBRARY = "faketime/libfaketime.so.1";

    private WallClock() {}

    /** What to put in front of a command, so that {@link #set} moves the clock that it sees. */
    static List<String> words() {
        return List.of(
                "env",
                "LD_PRELOAD=" + library(),
                "FAKETIME_TIMESTAMP_FILE=" + FILE,
                "FAKETIME_NO_CACHE=1",
                "FAKETIME_FORCE_MONOTONIC_FIX=0",
                "FAKETIME_DONT_FAKE_MONOTONIC=1",
                "NO_FAKE_STAT=1");
    }

    private static Path library() {
        try (DirectoryStream<Path> architectures = Files.newDirectoryStream(LIBRARIES)) {
            for (Path architecture : architectures) {
                Path library = architecture.resolve(LIBRARY);
                if (Files.exists(library)) {
                    return library;
                }
            }
        } catch (IOException e) {
            throw new LabException(LIBRARIES + " cannot be read: " + e.getMessage(), e);
        }
        throw new LabException("There is no libfaketime, which sets clocks.\n"
                + "  Install it: sudo apt-get install --no-install-recommends libfaketime");
    }

    /** All programs of a host that were started so see it that far ahead of the machine's clock, or behind, from now on. */
    static void set(Host host, Duration ahead) {
        host.write(FILE + ".new", String.format(Locale.ROOT, "%+.3f\n", ahead.toMillis() / 1e3));
        try {
            Files.move(host.path(FILE + ".new"), host.path(FILE), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new LabException("The clock of " + host.name() + " cannot be set: " + e.getMessage(), e);
        }
    }

    /** Whether the host has programs with such a clock. */
    static boolean isOn(Host host) {
        return Files.exists(host.path(FILE));
    }
}
