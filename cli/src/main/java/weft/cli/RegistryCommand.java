package weft.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import weft.api.AdminClient;
import weft.registry.Registry;

/** A registry alone, and what its admin does with a running one. */
@Command(
        name = "registry",
        description = "Run a registry, or administer the one that runs here.",
        mixinStandardHelpOptions = true,
        subcommands = {
            WindowCommands.Open.class,
            WindowCommands.Close.class,
            InviteCommand.class,
            DeviceCommand.class,
            AccountCommand.class
        })
final class RegistryCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "Its configuration; ${DEFAULT-VALUE} by default.")
    private Path config = Configuration.DEFAULT;

    @Override
    public Integer call() throws IOException {
        Configuration configuration = Configuration.read(config);
        configuration.makeStateDirectory();
        try (Lifetime lifetime = new Lifetime();
                Registry registry = new Registry(configuration.registry()).start();
                KeyForDevices _ = new KeyForDevices(configuration, registry)) {
            tell(spec.commandLine().getOut(), registry);
            lifetime.await();
        }
        return 0;
    }

    static void tell(PrintWriter out, Registry registry) {
        out.println("registry listens on tcp " + EdgeCommand.text(registry.boundAddress()));
        out.println("admin API listens on tcp " + EdgeCommand.text(registry.adminAddress()));
        out.flush();
    }

    PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /** A client of the registry that runs by the same configuration on this machine. */
    AdminClient admin() throws IOException {
        return AdminAccess.open(config);
    }
}
