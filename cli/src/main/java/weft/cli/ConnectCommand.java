package weft.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Connects this device, by a daemon in the background. */
@Command(
        name = "connect",
        description = "Connect this device to its fleet; a daemon keeps it connected.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:connected", "1:failed", "2:wrong usage", "4:not connected yet; the daemon goes on trying"})
final class ConnectCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private final StateDir state = new StateDir();

    @Mixin
    private final ConnectOptions options = new ConnectOptions();

    @Option(names = "--json", description = "Print the status as JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        return Connecting.isDaemon()
                ? Connecting.daemon(state.directory(), options.settings())
                : Connecting.connect(spec, state, options, json);
    }
}
