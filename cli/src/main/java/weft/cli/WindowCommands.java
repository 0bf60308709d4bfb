package weft.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import weft.api.AdminClient;
import weft.api.Window;

/** Letting everybody register for a while. */
final class WindowCommands {
    private WindowCommands() {}

    @Command(
            name = "open",
            description = "Let every device register for a while, without an invite.",
            mixinStandardHelpOptions = true)
    static final class Open implements Callable<Integer> {
        @ParentCommand
        @SuppressWarnings("NullAway.Init") // set by picocli
        private RegistryCommand registry;

        @Option(
                names = "--for",
                paramLabel = "TIME",
                description = "Such as 90s, 10m or 2h; ${DEFAULT-VALUE} by default.")
        private String length = "10m";

        @Override
        public Integer call() throws IOException {
            try (AdminClient admin = registry.admin()) {
                Window window = admin.open(Arguments.time("--for", length));
                window.until().ifPresent(until -> registry.out().println("registration is open until " + until));
            }
            return 0;
        }
    }

    @Command(name = "close", description = "End that before its time.", mixinStandardHelpOptions = true)
    static final class Close implements Callable<Integer> {
        @ParentCommand
        @SuppressWarnings("NullAway.Init") // set by picocli
        private RegistryCommand registry;

        @Override
        public Integer call() throws IOException {
            try (AdminClient admin = registry.admin()) {
                Window _ = admin.shut();
                registry.out().println("registration is closed; invites still work");
            }
            return 0;
        }
    }
}
