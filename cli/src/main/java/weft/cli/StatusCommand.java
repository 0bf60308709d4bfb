package weft.cli;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import weft.client.DaemonClient;
import weft.client.Status;

/** How it stands with the connection. */
@Command(
        name = "status",
        description = "Show whether this device is connected.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:connected", "1:failed", "2:wrong usage", "3:disconnected", "4:connecting"})
final class StatusCommand implements Callable<Integer> {
    private static final int DISCONNECTED = 3;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private final StateDir state = new StateDir();

    @Option(names = "--json", description = "For programs: one object, whose field \"version\" is that of its schema.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        Status status = status(state);
        spec.commandLine().getOut().println(json ? JsonText.of(status) : StatusText.full(status));
        return switch (status.state()) {
            case CONNECTED -> 0;
            case CONNECTING -> Connecting.NOT_YET;
            case DISCONNECTED -> DISCONNECTED;
        };
    }

    static Status status(StateDir state) throws IOException {
        Optional<DaemonClient> daemon = DaemonClient.open(state.directory());
        if (daemon.isPresent()) {
            try (DaemonClient running = daemon.get()) {
                return running.status();
            }
        }
        boolean registered = state.directory().profile().isPresent();
        return Status.disconnected(Optional.of(
                registered
                        ? "no daemon runs; next: weft connect" + state.option()
                        : "not registered; next: weft join INVITE" + state.option()));
    }
}
