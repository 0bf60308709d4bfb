package weft.e2e;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The program under test, as a process of its own. */
final class WeftProgram {
    private WeftProgram() {}

    /** Compiled quickly rather than well: a fleet on two cores starts in two thirds of the time. */
    static String[] command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(optimized(arguments)));
        command.add(1, "-XX:TieredStopAtLevel=1");
        return command.toArray(String[]::new);
    }

    /** As users run it, for what judges speeds. */
    static String[] optimized(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "weft.cli.Weft"));
        command.addAll(Arrays.asList(arguments));
        return command.toArray(String[]::new);
    }
}
