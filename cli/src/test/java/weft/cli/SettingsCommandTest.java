package weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class SettingsCommandTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    private final StringWriter said = new StringWriter();

    private int weft(String... arguments) {
        said.getBuffer().setLength(0);
        PrintWriter out = new PrintWriter(said, true);
        CommandLine program = Weft.commandLine().setOut(out).setErr(out);
        List<String> all = new ArrayList<>(List.of("settings"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--state-dir", directory.resolve("state").toString()));
        return program.execute(all.toArray(String[]::new));
    }

    @Test
    void eachSettingIsShownWithWhereItComesFrom() {
        assertThat(weft()).isZero();
        assertThat(said.toString()).containsPattern("stamp +on +\\(default\\)");
        assertThat(weft("set", "stamp", "off")).isZero();
        assertThat(weft()).isZero();
        assertThat(said.toString()).containsPattern("stamp +off +\\(set\\)");
        assertThat(weft("--json")).isZero();
        assertThat(said.toString()).contains("\"stamp\":{", "\"value\":\"off\"", "\"source\":\"set\"");
        assertThat(weft("reset", "stamp")).isZero();
        assertThat(weft()).isZero();
        assertThat(said.toString()).containsPattern("stamp +on +\\(default\\)");
    }

    @Test
    void whatIsNoSettingIsRefusedAndChangesNothing() {
        assertThat(weft("set", "stamp", "off")).isZero();
        assertThat(weft("set", "stamp", "perhaps")).isEqualTo(1);
        assertThat(said.toString()).contains("stamp is on or off, not perhaps");
        assertThat(weft("set", "colour", "red")).isEqualTo(1);
        assertThat(said.toString()).contains("there is no setting colour", "There are: stamp");
        assertThat(weft()).isZero();
        assertThat(said.toString()).containsPattern("stamp +off +\\(set\\)");
    }

    @Test
    void aFileThatCannotBeReadIsNamedWithItsRemedy() throws IOException {
        assertThat(weft("set", "stamp", "off")).isZero();
        Path file = directory.resolve("state/settings.json");
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        Files.writeString(file, "{\"version\":7}");
        assertThat(weft()).isEqualTo(1);
        assertThat(said.toString()).contains("settings.json is not a file of settings", "Next: weft settings reset");
        assertThat(weft("reset")).isZero();
        assertThat(weft()).isZero();
    }
}
