package weft.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import weft.edge.EdgeClient;
import weft.edge.FleetStatus;

/** An edge goes out of service without its devices noticing, and comes back. */
final class DrainCommands {
    private static final long POLL_MILLIS = 500;

    private DrainCommands() {}

    @Command(
            name = "drain",
            description =
                    "Take no new clients here, and give the sessions to other edges: when they are idle, or at the deadline.",
            mixinStandardHelpOptions = true)
    static final class Drain implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init") // set by picocli
        private CommandSpec spec;

        @Mixin
        private final RunningEdge edge = new RunningEdge();

        @Option(names = "--wait", description = "Stay until it is drained, and say how far it is.")
        private boolean wait;

        @Option(
                names = "--deadline",
                paramLabel = "TIME",
                defaultValue = "15m",
                description = "Until then sessions in use stay, such as 90s or 15m; ${DEFAULT-VALUE} by default.")
        private String deadline = "15m";

        @Option(names = "--json", description = "For programs: one object when the command ends.")
        private boolean json;

        @Override
        public Integer call() throws IOException, InterruptedException {
            Duration until = until();
            PrintWriter out = spec.commandLine().getOut();
            try (EdgeClient running = edge.open()) {
                FleetStatus before = running.status();
                if (!json) {
                    out.println(before.edge() + " has " + FleetText.drain(before.drain()) + ".");
                    out.println("In " + deadline + " at most the flows through it end; the tunnels go on.");
                    out.flush();
                }
                FleetStatus now = running.drain(until);
                if (wait) {
                    now = await(running, out);
                }
                if (json) {
                    out.println(JsonText.of(now));
                } else {
                    out.println("It drains: " + FleetText.drain(now.drain()) + ".");
                    out.println("Next: weft edge undrain" + edge.option() + " takes that back");
                }
                out.flush();
            }
            return 0;
        }

        private Duration until() {
            try {
                return Times.parse(deadline);
            } catch (IllegalArgumentException e) {
                throw new CommandException("--deadline: " + e.getMessage());
            }
        }

        private FleetStatus await(EdgeClient running, PrintWriter out) throws IOException, InterruptedException {
            String said = "";
            while (true) {
                FleetStatus now = running.status();
                if (now.drain().state() == FleetStatus.DrainState.SERVING) {
                    throw new CommandException("the drain was taken back");
                }
                if (now.drain().state() == FleetStatus.DrainState.DRAINED) {
                    return now;
                }
                String progress = FleetText.drain(now.drain()).replaceFirst(", until .*", "");
                if (!json && !progress.equals(said)) {
                    said = progress;
                    out.println("  " + progress);
                    out.flush();
                }
                Thread.sleep(POLL_MILLIS);
            }
        }
    }

    @Command(name = "undrain", description = "Take clients again.", mixinStandardHelpOptions = true)
    static final class Undrain implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init") // set by picocli
        private CommandSpec spec;

        @Mixin
        private final RunningEdge edge = new RunningEdge();

        @Option(names = "--json", description = "For programs: one object.")
        private boolean json;

        @Override
        public Integer call() throws IOException {
            try (EdgeClient running = edge.open()) {
                FleetStatus now = running.undrain();
                if (now.drain().byList()) {
                    throw new CommandException("it drains on, for its entry in the list of members says draining"
                            + "\nNext: take that out of the list");
                }
                PrintWriter out = spec.commandLine().getOut();
                out.println(json ? JsonText.of(now) : now.edge() + " takes clients again.");
                out.flush();
            }
            return 0;
        }
    }
}
