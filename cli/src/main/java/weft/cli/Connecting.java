package weft.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import weft.client.Connection;
import weft.client.Daemon;
import weft.client.DaemonClient;
import weft.client.NotRegisteredException;
import weft.client.StateDirectory;
import weft.client.Status;

/** Starts the daemon and follows it until it is connected. */
final class Connecting {
    /** Set for the process that stays behind as the daemon. */
    private static final String MARKER = "WEFT_DAEMON";

    static final int NOT_YET = 4;
    private static final long POLL_MILLIS = 50;

    private Connecting() {}

    static boolean isDaemon() {
        return "1".equals(System.getenv(MARKER));
    }

    /** Returns when somebody has said disconnect, or the process was told to end. */
    static int daemon(StateDirectory directory, Connection.Settings settings) throws IOException {
        try (Daemon daemon = Daemon.start(directory, settings)) {
            daemon.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 0;
    }

    static int connect(CommandSpec spec, StateDir state, ConnectOptions options, boolean json) throws IOException {
        StateDirectory directory = state.directory();
        if (directory.profile().isEmpty()) {
            throw Registering.missing(state);
        }
        try (DaemonClient daemon = running(directory, options)) {
            daemon.connect();
            return follow(spec, state, daemon, options, json);
        } catch (NotRegisteredException gone) {
            throw Registering.missing(state);
        }
    }

    private static DaemonClient running(StateDirectory directory, ConnectOptions options) throws IOException {
        Optional<DaemonClient> running = DaemonClient.open(directory);
        if (running.isPresent()) {
            return running.get();
        }
        Files.deleteIfExists(directory.socket());
        List<String> arguments = new ArrayList<>(
                List.of("connect", "--state-dir", directory.path().toString()));
        arguments.addAll(options.arguments());
        Background.start(MARKER, arguments, directory.socket(), Optional.of(directory.log()));
        return DaemonClient.open(directory)
                .orElseThrow(() -> new CommandException("the daemon has ended already\nTry: weft connect"));
    }

    private static int follow(
            CommandSpec spec, StateDir state, DaemonClient daemon, ConnectOptions options, boolean json)
            throws IOException {
        long deadline = System.nanoTime() + options.patience().toNanos();
        String told = "";
        Status status = daemon.status();
        while (status.state() == Status.State.CONNECTING && System.nanoTime() < deadline) {
            String reason = status.reason().orElse("");
            if (!json && !reason.equals(told)) {
                spec.commandLine().getErr().println("weft: connecting: " + reason);
                told = reason;
            }
            pause();
            status = daemon.status();
        }
        return tell(spec, state, status, options, json);
    }

    private static int tell(CommandSpec spec, StateDir state, Status status, ConnectOptions options, boolean json) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(JsonText.of(status));
        }
        String reason = status.reason().orElse("it takes longer");
        return switch (status.state()) {
            case CONNECTED -> {
                if (!json) {
                    out.println(StatusText.connected(status));
                }
                yield 0;
            }
            case CONNECTING -> {
                String waited = "not connected after " + options.patience().toSeconds() + " s: " + reason + ".";
                String next = "Next: weft status" + state.option() + ", or weft disconnect" + state.option();
                spec.commandLine().getErr().println("weft: " + waited + "\nThe daemon goes on trying. " + next);
                yield NOT_YET;
            }
            case DISCONNECTED -> throw new CommandException(reason + "\nNext: weft connect" + state.option());
        };
    }

    private static void pause() {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
