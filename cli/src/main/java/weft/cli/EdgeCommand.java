package weft.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import weft.api.DeviceDirectory;
import weft.api.HttpDirectory;
import weft.edge.Edge;
import weft.edge.EdgeConfig;

/** An edge alone; the registry is elsewhere. */
@Command(
        name = "edge",
        description = "Run an edge; its registry is in another process.",
        mixinStandardHelpOptions = true,
        subcommands = {DrainCommands.Drain.class, DrainCommands.Undrain.class, BirdCommand.class})
final class EdgeCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(names = "--config", paramLabel = "FILE", description = "Its configuration; ${DEFAULT-VALUE} by default.")
    private Path config = Configuration.DEFAULT;

    @Override
    public Integer call() throws IOException {
        Configuration configuration = Configuration.read(config);
        EdgeConfig edgeConfig = configuration.edge();
        Configuration.RegistryAccess access = configuration.registryAccess();
        try (Lifetime lifetime = new Lifetime();
                DeviceDirectory directory = new HttpDirectory(
                        access.registry(), SecretFile.firstLine(access.tokenFile()), access.caFile());
                Edge edge = Edge.start(edgeConfig, directory)) {
            tell(spec.commandLine().getOut(), edgeConfig, edge);
            lifetime.endsWith(edge.failure());
            lifetime.drains(edge, configuration.drainDeadline());
            lifetime.await();
        }
        return 0;
    }

    static void tell(PrintWriter out, EdgeConfig config, Edge edge) {
        config.listen().forEach(address -> out.println("edge listens on udp " + text(address)));
        out.println("edge uses " + edge.describe());
        out.flush();
    }

    static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
