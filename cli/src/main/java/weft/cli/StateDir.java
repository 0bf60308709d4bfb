package weft.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import weft.client.StateDirectory;

/** The option that all commands of the device side have. */
final class StateDir {
    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            description = "Where the registration and the daemon's socket are;"
                    + " by default /var/lib/weft for root, else ~/.local/state/weft.")
    private @Nullable Path path;

    StateDirectory directory() {
        return path == null ? StateDirectory.standard() : new StateDirectory(path.toAbsolutePath());
    }

    /** For messages that name a next command: the option as the user gave it. */
    String option() {
        return path == null ? "" : " --state-dir " + path;
    }
}
