package weft.netio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a class's {@code main} in a JVM of its own, where the C library refuses calls: see {@code src/test/c/refuse.c}. */
final class Refusals {
    private static final long SECONDS = 60;

    private final Path library;

    /** Compiles it there. */
    Refusals(Path directory) throws Exception {
        library = directory.resolve("refuse.so");
        run(new ProcessBuilder(
                "gcc", "-shared", "-fPIC", "-O1", "-o", library.toString(), "src/test/c/refuse.c", "-ldl"));
    }

    /** @return what it printed */
    String main(Class<?> program, String refused, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("LD_PRELOAD", library.toString());
        builder.environment().put("WEFT_REFUSE", refused);
        return run(builder);
    }

    private static String run(ProcessBuilder builder) throws IOException, InterruptedException {
        Process process = builder.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as("%s: %s", builder.command(), output).isZero();
        return output;
    }
}
