package weft.netio;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** A private network namespace for one task, gone with it. */
final class TestNamespace {
    private TestNamespace() {}

    interface Task {
        void run() throws Exception;
    }

    static void inNew(Task task) throws Exception {
        call(() -> {
            task.run();
            return "";
        });
    }

    static <T> T call(Callable<T> task) throws Exception {
        return Namespaces.within(Namespaces.ofThisThread(), () -> {
            Namespaces.unshareNetwork();
            return task.call();
        });
    }

    /** Runs a command in the calling thread's namespace and returns what it prints. */
    static String run(String command) throws Exception {
        Process process = new ProcessBuilder(command.split(" ", -1))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as("%s: %s", command, output).isZero();
        return output;
    }
}
