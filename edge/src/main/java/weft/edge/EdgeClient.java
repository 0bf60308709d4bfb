package weft.edge;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import weft.netio.LineClient;

/** Talks to a running edge of a fleet over its control socket. Each call yields how it is afterwards. */
public final class EdgeClient implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final LineClient edge;

    private EdgeClient(LineClient edge) {
        this.edge = edge;
    }

    /** @return empty if no edge listens there */
    public static Optional<EdgeClient> open(Path socket) throws IOException {
        return LineClient.open(socket).map(EdgeClient::new);
    }

    public FleetStatus status() throws IOException {
        return ask(ControlMessage.Command.STATUS, Optional.empty());
    }

    /** @param deadline until which sessions in use stay; at most 7 days */
    public FleetStatus drain(Duration deadline) throws IOException {
        return ask(ControlMessage.Command.DRAIN, Optional.of(deadline.toSeconds()));
    }

    public FleetStatus undrain() throws IOException {
        return ask(ControlMessage.Command.UNDRAIN, Optional.empty());
    }

    private FleetStatus ask(ControlMessage.Command command, Optional<Long> deadline) throws IOException {
        String request = ControlMessage.PROTOCOL.write(
                new ControlMessage.Request(ControlMessage.PROTOCOL.version(), command, deadline));
        return ControlMessage.PROTOCOL.status(edge.ask(request, PATIENCE)
                .orElseThrow(() -> new IOException("the edge did not answer within " + PATIENCE.toSeconds()
                        + " s\nNext: see its log, such as by journalctl")));
    }

    @Override
    public void close() throws IOException {
        edge.close();
    }
}
