package weft.cli;

import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;
import weft.edge.EdgeClient;

/** The edge of this machine, which commands ask over its control socket. */
final class RunningEdge {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The edge's configuration, which names its control socket; ${DEFAULT-VALUE} by default.")
    private Path config = Configuration.DEFAULT;

    EdgeClient open() throws IOException {
        Configuration configuration = Configuration.read(config);
        if (!configuration.isInFleet()) {
            throw new CommandException(config + ": this edge is alone; [fleet] members-file or etcd would name others"
                    + "\nNext: see docs/several-edges.md");
        }
        Path socket = configuration.controlSocket();
        return EdgeClient.open(socket)
                .orElseThrow(() -> new CommandException(
                        "no edge runs here: nobody listens on " + socket + "\nNext: weft edge --config " + config
                                + ", or weft serve where the registry is in the same process"));
    }

    /** For messages that name a next command: the option as the user gave it. */
    String option() {
        return config.equals(Configuration.DEFAULT) ? "" : " --config " + config;
    }
}
