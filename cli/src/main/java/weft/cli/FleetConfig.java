package weft.cli;

import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The configuration that names the files which a fleet's edges share. */
final class FleetConfig {
    @Option(names = "--config", paramLabel = "FILE", description = "${DEFAULT-VALUE} by default.")
    private Path config = Configuration.DEFAULT;

    Path file() {
        return config;
    }

    Configuration read() throws IOException {
        return Configuration.read(config);
    }

    /** For messages that name a next command: the option as the user gave it. */
    String option() {
        return config.equals(Configuration.DEFAULT) ? "" : " --config " + config;
    }
}
