package weft.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import weft.client.Connection;
import weft.client.DaemonClient;

/** Ends the daemon; also clears away what a killed one left. */
@Command(
        name = "disconnect",
        description = "Disconnect this device and restore the machine's routing.",
        mixinStandardHelpOptions = true)
final class DisconnectCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private final StateDir state = new StateDir();

    @Override
    public Integer call() throws IOException {
        Optional<DaemonClient> daemon = DaemonClient.open(state.directory());
        if (daemon.isPresent()) {
            try (DaemonClient running = daemon.get()) {
                running.disconnect();
            }
            spec.commandLine().getOut().println("Disconnected.");
            return 0;
        }
        Files.deleteIfExists(state.directory().socket());
        boolean leftovers = Connection.removeLeftovers();
        spec.commandLine()
                .getOut()
                .println(
                        leftovers
                                ? "Not connected; the rules of a daemon that was killed are removed."
                                : "Not connected.");
        return 0;
    }
}
