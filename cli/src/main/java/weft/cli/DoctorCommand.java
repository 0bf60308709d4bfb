package weft.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import weft.api.Json;

/** Says what this machine offers and what is in the way; 1 if something has to be mended. */
@Command(
        name = "doctor",
        description = "Say what this machine offers, what is missing or in the way, and how to mend it.",
        mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(names = "--json", description = "For programs.")
    private boolean json;

    /** Field names of the JSON form. */
    private record Report(boolean ok, List<Finding> findings) {}

    @Override
    public Integer call() throws IOException {
        List<Finding> findings = Examination.run();
        boolean ok = findings.stream().noneMatch(finding -> finding.verdict() == Finding.Verdict.WRONG);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(new String(Json.write(new Report(ok, findings)), StandardCharsets.UTF_8));
        } else {
            findings.forEach(finding -> line(out, finding));
        }
        return ok ? 0 : 1;
    }

    private static void line(PrintWriter out, Finding finding) {
        out.printf(
                "%-6s %-16s %s%n",
                finding.verdict().name().toLowerCase(Locale.ROOT), finding.subject(), finding.text());
        finding.mend().ifPresent(command -> out.printf("%-24s-> %s%n", "", command));
    }
}
