package weft.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import weft.api.Json;
import weft.edge.Passages;

/** Says what this machine offers and what is in the way; 1 if something has to be mended. */
@Command(
        name = "doctor",
        description = "Say what this machine offers, what is missing or in the way, and how to mend it.",
        mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "A server's configuration; ${DEFAULT-VALUE} by default, if there is one.")
    private Path config = Configuration.DEFAULT;

    @Option(names = "--json", description = "For programs.")
    private boolean json;

    /** Field names of the JSON form. */
    private record Report(boolean ok, List<Finding> findings) {}

    @Override
    public Integer call() throws IOException {
        List<Finding> findings = new ArrayList<>();
        Passages passages = passages(findings);
        findings.addAll(Examination.run(passages));
        boolean ok = findings.stream().noneMatch(finding -> finding.verdict() == Finding.Verdict.WRONG);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(new String(Json.write(new Report(ok, findings)), StandardCharsets.UTF_8));
        } else {
            findings.forEach(finding -> line(out, finding));
        }
        return ok ? 0 : 1;
    }

    /** Those of an edge without a configuration where it cannot be read: the rest of the machine is examined all the same. */
    private Passages passages(List<Finding> findings) throws IOException {
        if (config.equals(Configuration.DEFAULT) && Files.notExists(config)) {
            return Passages.DEFAULT;
        }
        try {
            Passages passages = Configuration.read(config).passages();
            findings.add(Finding.ok("configuration", config.toString()));
            return passages;
        } catch (CommandException wrong) {
            findings.add(Finding.wrong("configuration", String.valueOf(wrong.getMessage())));
        } catch (AccessDeniedException denied) {
            findings.add(Finding.note("configuration", config + ": is read as root")
                    .mendedBy("sudo weft doctor --config " + config));
        }
        return Passages.DEFAULT;
    }

    private static void line(PrintWriter out, Finding finding) {
        out.printf(
                "%-6s %-16s %s%n",
                finding.verdict().name().toLowerCase(Locale.ROOT), finding.subject(), finding.text());
        finding.mend().ifPresent(command -> out.printf("%-24s-> %s%n", "", command));
    }
}
