package weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import picocli.CommandLine;
import weft.api.Json;

/** What a command said, run in the test's own process. */
record Said(int exit, String out, String error) {
    static Said by(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter error = new StringWriter();
        CommandLine command =
                Weft.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(error, true));
        return new Said(command.execute(arguments), out.toString(), error.toString());
    }

    String succeeded() {
        assertThat(exit).as(error).isZero();
        return out.strip();
    }

    Map<?, ?> json() {
        return Json.read(succeeded().getBytes(StandardCharsets.UTF_8), Map.class);
    }

    void refused(String with) {
        assertThat(exit).as(out).isEqualTo(1);
        assertThat(error).contains(with).doesNotContain("\tat ");
    }

    /** And says what to do. */
    void refusedWithAdvice(String with) {
        refused(with);
        assertThat(error).contains("Next: ");
    }
}
