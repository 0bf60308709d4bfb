package weft.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import weft.edge.Edge;
import weft.edge.EdgeConfig;
import weft.edge.FleetKey;
import weft.registry.Registry;

/** Registry and edge in one process: a fleet of one machine. */
@Command(name = "serve", description = "Run registry and edge in one process.", mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(names = "--config", paramLabel = "FILE", description = "Its configuration; ${DEFAULT-VALUE} by default.")
    private Path config = Configuration.DEFAULT;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        Configuration configuration = Configuration.read(config);
        if (Files.notExists(configuration.keyFile())) {
            FleetKey.make(configuration.keyFile());
            out.println("made a new fleet key: " + configuration.keyFile());
        }
        configuration.makeStateDirectory();
        EdgeConfig edgeConfig = configuration.edgeBesideRegistry();
        try (Lifetime lifetime = new Lifetime();
                Registry registry = new Registry(configuration.registry()).start();
                KeyForDevices _ = new KeyForDevices(configuration, registry);
                Edge edge = Edge.start(edgeConfig, registry.directory())) {
            RegistryCommand.tell(out, registry);
            EdgeCommand.tell(out, edgeConfig, edge);
            lifetime.endsWith(edge.failure());
            lifetime.drains(edge, configuration.drainDeadline());
            lifetime.await();
        }
        return 0;
    }
}
