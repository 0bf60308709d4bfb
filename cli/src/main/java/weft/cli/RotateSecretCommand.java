package weft.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import weft.edge.SecretFiles;

/** Another secret for the edges, from a day to come on. */
@Command(
        name = "rotate-secret",
        description = {
            "Add a secret to the fleet's secret file, in force from a day to come on.",
            "No session notices; but an edge that has not got the file by then is cut off from the others."
        },
        mixinStandardHelpOptions = true)
final class RotateSecretCommand implements Callable<Integer> {
    private static final int MOST_DAYS = 365;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private final FleetConfig config = new FleetConfig();

    @Option(
            names = "--in",
            paramLabel = "DAYS",
            description = "From which midnight (UTC) on: 1 is the next one; ${DEFAULT-VALUE} by default.")
    private int days = 2;

    /** @param day from which on it is in force */
    record Rotated(int version, LocalDate day, String file) {}

    @Option(names = "--json", description = "For programs: one object, whose field \"version\" is that of its schema.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        if (days < 1 || days > MOST_DAYS) {
            throw new CommandException("--in: a number of days from 1 to " + MOST_DAYS
                    + " is expected\nNext: weft fleet rotate-secret --in 2");
        }
        Path file = config.read().secretFile();
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        LocalDate day = today.plusDays(days);
        try {
            SecretFiles.addFleetSecret(file, today.toEpochDay(), day.toEpochDay());
        } catch (IllegalArgumentException waiting) {
            throw new CommandException(
                    file + ": " + waiting.getMessage() + "\nToday is day " + today.toEpochDay()
                            + ". Next: copy the file to every edge if that is not done, and add another secret when that one is in force");
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(JsonText.of(new Rotated(1, day, file.toString())));
        } else {
            out.println("added a secret to " + file + ", in force from " + day + " 00:00 UTC on");
            out.println(
                    "Next: copy the file to every edge before then, with mode 0600; running edges read it by themselves");
        }
        out.flush();
        return 0;
    }
}
