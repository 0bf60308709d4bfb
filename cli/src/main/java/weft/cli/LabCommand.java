package weft.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import weft.lab.Lab;

/** Worlds that {@code weft demo --keep} left up. */
@Command(
        name = "lab",
        description = "Look around in a world that \"weft demo --keep\" left up, hurt it, and end it.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            LabCommand.ListHosts.class,
            LabCommand.Enter.class,
            TroubleCommands.Rebind.class,
            TroubleCommands.Move.class,
            TroubleCommands.Lead.class,
            TroubleCommands.Cut.class,
            TroubleCommands.Mend.class,
            TroubleCommands.Kill.class,
            TroubleCommands.Start.class,
            TroubleCommands.Drain.class,
            TroubleCommands.Undrain.class,
            TroubleCommands.Skew.class,
            LabCommand.End.class
        })
final class LabCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    @Command(name = "list", description = "List the worlds and their hosts.", mixinStandardHelpOptions = true)
    static final class ListHosts implements Runnable {
        @Spec
        @SuppressWarnings("NullAway.Init") // set by picocli
        private CommandSpec spec;

        @Override
        public void run() {
            PrintWriter out = spec.commandLine().getOut();
            List<Lab> running = Lab.running();
            if (running.isEmpty()) {
                out.println("There is no world. Raise one with: weft demo --keep");
            }
            running.forEach(lab -> out.println("world " + lab.pid() + ": " + String.join(" ", lab.hosts())));
        }
    }

    /** Which world is meant. */
    static final class Which {
        @Option(names = "--world", paramLabel = "PID", description = "Which world; the newest by default.")
        private Optional<Long> pid = Optional.empty();

        Lab lab() {
            return pid.map(Lab::of).orElseGet(Lab::newest);
        }
    }

    /** What follows a host is the command's own, options and all. */
    static final class LeavesOptionsToCommands implements IModelTransformer {
        @Override
        public CommandSpec transform(CommandSpec enter) {
            enter.parser().stopAtPositional(true);
            return enter;
        }
    }

    @Command(
            name = "enter",
            modelTransformer = LeavesOptionsToCommands.class,
            description = "Run a command, or a shell, on a host of a world.",
            mixinStandardHelpOptions = true)
    static final class Enter implements Callable<Integer> {
        @Mixin
        private final Which world = new Which();

        @Parameters(index = "0", paramLabel = "HOST", description = "Such as phone or edge1.")
        @SuppressWarnings("NullAway.Init") // set by picocli
        private String host;

        @Parameters(index = "1..*", arity = "0..*", paramLabel = "COMMAND")
        private List<String> command = List.of();

        @Override
        public Integer call() {
            return world.lab().enter(host, command);
        }
    }

    @Command(name = "end", description = "End a world.", mixinStandardHelpOptions = true)
    static final class End implements Runnable {
        @Mixin
        private final Which world = new Which();

        @Override
        public void run() {
            world.lab().end();
        }
    }
}
