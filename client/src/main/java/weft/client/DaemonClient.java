package weft.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import weft.api.Json;
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
        String request = new String(Json.write(Message.Request.of(command)), StandardCharsets.UTF_8);
        String line = daemon.ask(request, patience)
                .orElseThrow(() -> new IOException("the daemon did not answer within " + patience.toSeconds()
                        + " s\nNext: end its process, then run weft connect"));
        Message.Reply reply;
        try {
            reply = Json.read(line.getBytes(StandardCharsets.UTF_8), Message.Reply.class);
        } catch (IllegalArgumentException malformed) {
            throw new IOException("the daemon's answer makes no sense: " + malformed.getMessage(), malformed);
        }
        return reply.status().orElseThrow(() -> new IOException(reply.error().orElse("the daemon said nothing")));
    }

    @Override
    public void close() throws IOException {
        daemon.close();
    }
}
