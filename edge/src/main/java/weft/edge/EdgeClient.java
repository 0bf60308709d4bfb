package weft.edge;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import weft.api.Json;
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
        byte[] request = Json.write(new ControlMessage.Request(ControlMessage.VERSION, command, deadline));
        String line = edge.ask(new String(request, StandardCharsets.UTF_8), PATIENCE)
                .orElseThrow(() -> new IOException("the edge did not answer within " + PATIENCE.toSeconds()
                        + " s\nNext: see its log, such as by journalctl"));
        ControlMessage.Reply reply;
        try {
            reply = Json.read(line.getBytes(StandardCharsets.UTF_8), ControlMessage.Reply.class);
        } catch (IllegalArgumentException malformed) {
            throw new IOException("the edge's answer makes no sense: " + malformed.getMessage(), malformed);
        }
        return reply.status().orElseThrow(() -> new IOException(reply.error().orElse("the edge said nothing")));
    }

    @Override
    public void close() throws IOException {
        edge.close();
    }
}
