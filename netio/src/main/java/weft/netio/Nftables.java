package weft.netio;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Loads rulesets with the {@code nft} program, in the calling thread's network namespace. Needs CAP_NET_ADMIN. */
public final class Nftables {
    /** The PATH of a service or of an ordinary user often lacks the second. */
    private static final List<Path> PLACES =
            List.of(Path.of("/usr/bin/nft"), Path.of("/usr/sbin/nft"), Path.of("/sbin/nft"));

    private Nftables() {}

    /** Where the program is, for {@code weft doctor}. */
    public static Optional<Path> program() {
        Stream<Path> path = Optional.ofNullable(System.getenv("PATH")).stream()
                .flatMap(directories -> Stream.of(directories.split(":", -1)))
                .filter(directory -> directory.startsWith("/"))
                .map(directory -> Path.of(directory, "nft"));
        return Stream.concat(path, PLACES.stream()).filter(Files::isExecutable).findFirst();
    }

    /**
     * Applies the ruleset as one transaction: all of it or nothing.
     *
     * @throws IOException with the program's own message, or with the package that brings the program
     */
    public static void load(String ruleset) throws IOException {
        run(ruleset, "-f", "-");
    }

    /** The table as nft prints it; empty if there is none. */
    public static Optional<String> table(String family, String name) throws IOException {
        String tables = run("", "list", "tables");
        return tables.lines().anyMatch(("table " + family + " " + name)::equals)
                ? Optional.of(run("", "list", "table", family, name))
                : Optional.empty();
    }

    private static String run(String input, String... arguments) throws IOException {
        Path program = program().orElseThrow(() -> new IOException("nft is not installed; run: apt install nftables"));
        List<String> command = Stream.concat(Stream.of(program.toString()), Stream.of(arguments))
                .toList();
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String broken = "";
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException endedEarly) {
            broken = " (" + endedEarly.getMessage() + ")";
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (await(process) != 0 || !broken.isEmpty()) {
            throw new IOException(String.join(" ", command) + ": " + output.strip() + broken);
        }
        return output;
    }

    private static int await(Process process) throws IOException {
        try {
            return process.waitFor();
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while nft ran", interrupted);
        }
    }
}
