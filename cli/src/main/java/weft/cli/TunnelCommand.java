package weft.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import weft.client.Status;

/** The tunnel's figures. */
@Command(
        name = "tunnel",
        description = "Look into the tunnel.",
        mixinStandardHelpOptions = true,
        subcommands = TunnelCommand.Stats.class)
final class TunnelCommand implements Runnable {
    @Override
    public void run() {
        throw new CommandException("what of the tunnel?\nFor example: weft tunnel stats");
    }

    @Command(
            name = "stats",
            description = "Show what has passed through the tunnel, and what was dropped.",
            mixinStandardHelpOptions = true)
    static final class Stats implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init") // set by picocli
        private CommandSpec spec;

        @Mixin
        private final StateDir state = new StateDir();

        @Option(names = "--json", description = "For programs.")
        private boolean json;

        @Override
        public Integer call() throws IOException {
            Status status = StatusCommand.status(state);
            if (status.state() == Status.State.DISCONNECTED) {
                throw new CommandException("there is no tunnel\nNext: weft connect" + state.option());
            }
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(JsonText.of(status));
                return 0;
            }
            out.println("handshakes " + status.handshakes());
            out.println("received   " + status.receivedBytes() + " B");
            out.println("sent       " + status.sentBytes() + " B");
            status.dropped().forEach((reason, packets) -> {
                if (packets > 0) {
                    out.println("dropped    " + packets + " (" + reason + ")");
                }
            });
            return 0;
        }
    }
}
