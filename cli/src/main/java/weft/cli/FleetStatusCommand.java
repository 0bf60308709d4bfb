package weft.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import weft.edge.EdgeClient;

/** How it stands with the edges of this machine's city. */
@Command(
        name = "status",
        description = "Show the edges of this city, as the edge of this machine sees them.",
        mixinStandardHelpOptions = true)
final class FleetStatusCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private final RunningEdge edge = new RunningEdge();

    @Option(names = "--json", description = "For programs: one object, whose field \"version\" is that of its schema.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        try (EdgeClient running = edge.open()) {
            PrintWriter out = spec.commandLine().getOut();
            out.println(json ? JsonText.of(running.status()) : FleetText.full(running.status()));
            out.flush();
        }
        return 0;
    }
}
