package weft.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** For a machine whose router speaks BGP; needs neither the fleet's key nor a running edge. */
@Command(
        name = "bird",
        description = {
            "Print a configuration of BIRD 2, which announces this edge to its routers.",
            "Such as: weft edge bird >/etc/bird/bird.conf && birdc configure"
        },
        mixinStandardHelpOptions = true)
final class BirdCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The edge's configuration, with a section [edge.bird]; ${DEFAULT-VALUE} by default.")
    private Path config = Configuration.DEFAULT;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        out.print(Configuration.read(config).bird().text());
        out.flush();
        return 0;
    }
}
