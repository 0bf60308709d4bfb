package weft.client;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import weft.netio.LineClient;

/** Talks to a running {@link Daemon} over its control socket. */
public final class DaemonClient implements AutoCloseable {
    /** Longer than the daemon takes for anything; disconnecting takes longest. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final LineClient daemon;
    private final Duration patience;

    private DaemonClient(LineClient daemon, Duration patience) {
        this.daemon = daemon;
        this.patience = patience;
    }

    /** @return empty if no daemon runs */
    public static Optional<DaemonClient> open(StateDirectory directory) throws IOException {
        return open(directory, PATIENCE);
    }

    static Optional<DaemonClient> open(StateDirectory directory, Duration patience) throws IOException {
        return LineClient.open(directory.socket()).map(daemon -> new DaemonClient(daemon, patience));
    }

    /** Begins to connect, if the daemon is not at it already. */
    public Status connect() throws IOException {
        return ask(Message.Command.CONNECT);
    }

    /** Ends connection and daemon; on return the machine is as it was before. */
    public Status disconnect() throws IOException {
        return ask(Message.Command.DISCONNECT);
    }

    /** Tells the daemon that the settings have changed. */
    public Status settings() throws IOException {
        return ask(Message.Command.SETTINGS);
    }

    public Status status() throws IOException {
        return ask(Message.Command.STATUS);
    }

    private Status ask(Message.Command command) throws IOException {
        String request = Message.PROTOCOL.write(Message.Request.of(command));
        return Message.PROTOCOL.status(daemon.ask(request, patience)
                .orElseThrow(() -> new IOException("the daemon did not answer within " + patience.toSeconds()
                        + " s\nNext: end its process, then run weft connect")));
    }

    @Override
    public void close() throws IOException {
        daemon.close();
    }
}
