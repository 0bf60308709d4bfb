package weft.registry;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A PostgreSQL server of its own on a free loopback port, from Debian's package; it ends with {@link #close}. */
final class Postgres implements AutoCloseable {
    private static final Path BIN = Path.of("/usr/lib/postgresql/15/bin");
    private static final String USER = "postgres";

    private final Path directory;
    private final int port;
    private Process server;

    Postgres() throws IOException, InterruptedException {
        directory = Files.createTempDirectory("weft-postgres");
        run(List.of("chown", USER, directory.toString()));
        run(as(
                BIN.resolve("initdb").toString(),
                "-D",
                directory.resolve("data").toString(),
                "-A",
                "trust",
                "--no-sync"));
        port = freePort();
        server = start();
    }

    private Process start() throws IOException, InterruptedException {
        Process started = new ProcessBuilder(as(
                        BIN.resolve("postgres").toString(),
                        "-D",
                        directory.resolve("data").toString(),
                        "-p",
                        Integer.toString(port),
                        "-h",
                        "127.0.0.1",
                        "-c",
                        "unix_socket_directories=" + directory,
                        "-c",
                        "fsync=off"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("log").toFile()))
                .start();
        for (int tries = 0; !ready(); tries++) {
            if (tries == 300) {
                started.destroy();
                throw new IOException("PostgreSQL does not come up");
            }
            Thread.sleep(100);
        }
        return started;
    }

    /** As if its machine had lost power: no client is told, and what was not yet written must be replayed. */
    void crash() throws IOException, InterruptedException {
        run(as(
                "kill",
                "-QUIT",
                Files.readAllLines(directory.resolve("data/postmaster.pid")).getFirst()));
        if (!server.waitFor(20, TimeUnit.SECONDS)) {
            throw new IOException("PostgreSQL does not end");
        }
    }

    void startAgain() throws IOException, InterruptedException {
        server = start();
    }

    /** To processes of this server. */
    static void signal(String name, List<String> pids) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("kill", "-" + name));
        command.addAll(pids);
        run(command);
    }

    /** Runs a statement; what it answers, as psql prints it. */
    String sql(String statement) throws IOException, InterruptedException {
        return run(List.of(
                "psql",
                "-X",
                "-A",
                "-t",
                "-v",
                "ON_ERROR_STOP=1",
                "-d",
                "postgresql://" + USER + "@127.0.0.1:" + port + "/postgres",
                "-c",
                statement));
    }

    String url() {
        return "postgresql://" + USER + "@127.0.0.1:" + port + "/postgres";
    }

    private boolean ready() throws IOException, InterruptedException {
        return new ProcessBuilder(
                                BIN.resolve("pg_isready").toString(),
                                "-h",
                                "127.0.0.1",
                                "-p",
                                Integer.toString(port),
                                "-q")
                        .start()
                        .waitFor()
                == 0;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** PostgreSQL refuses to run as root. */
    private static List<String> as(String... command) {
        List<String> whole = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) {
            whole.addAll(List.of("setpriv", "--reuid=" + USER, "--regid=" + USER, "--clear-groups"));
        }
        whole.addAll(List.of(command));
        return whole;
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(command + " failed: " + output);
        }
        return output;
    }

    @Override
    public void close() throws IOException {
        server.destroy();
        try {
            if (!server.waitFor(10, TimeUnit.SECONDS)) {
                server.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
