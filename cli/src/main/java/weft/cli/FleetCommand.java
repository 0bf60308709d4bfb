package weft.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import weft.edge.FleetKey;
import weft.edge.SecretFiles;

/** What concerns all edges of a fleet. */
@Command(
        name = "fleet",
        description = "Set up what the edges of a fleet share, and show how they are.",
        mixinStandardHelpOptions = true,
        subcommands = {
            FleetCommand.Init.class,
            FleetStatusCommand.class,
            RotateKeyCommand.class,
            RotateSecretCommand.class
        })
final class FleetCommand implements Callable<Integer> {
    private static final int USAGE = 2;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return USAGE;
    }

    /** Once, on one machine; what is there already stays. */
    @Command(
            name = "init",
            description =
                    "Make the fleet's key and its secret where they are missing, as the configuration names the files.",
            mixinStandardHelpOptions = true)
    static final class Init implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init") // set by picocli
        private CommandSpec spec;

        @Mixin
        private final FleetConfig config = new FleetConfig();

        @Override
        public Integer call() throws IOException {
            PrintWriter out = spec.commandLine().getOut();
            Configuration configuration = config.read();
            Path key = configuration.keyFile();
            if (Files.notExists(key)) {
                FleetKey.make(key);
                out.println("made the fleet's key: " + key);
            }
            Path secret = configuration.secretFile();
            if (Files.notExists(secret)) {
                SecretFiles.makeFleetSecret(secret);
                out.println("made the fleet's secret: " + secret);
            }
            out.println("Next: copy both to every edge, with mode 0600");
            out.flush();
            return 0;
        }
    }
}
