package weft.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Optional;
import weft.api.Json;

/** Talks to a running {@link Daemon} over its control socket. */
public final class DaemonClient implements AutoCloseable {
    private final SocketChannel channel;
    private final BufferedReader in;

    private DaemonClient(SocketChannel channel) {
        this.channel = channel;
        in = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
    }

    /** @return empty if no daemon runs */
    public static Optional<DaemonClient> open(StateDirectory directory) throws IOException {
        if (!Files.exists(directory.socket())) {
            return Optional.empty();
        }
        try {
            return Optional.of(new DaemonClient(SocketChannel.open(UnixDomainSocketAddress.of(directory.socket()))));
        } catch (ConnectException leftOver) {
            return Optional.empty();
        } catch (SocketException refused) {
            throw new IOException(directory.socket() + ": " + refused.getMessage(), refused);
        }
    }

    /** Begins to connect, if the daemon is not at it already. */
    public Status connect() throws IOException {
        return ask(Message.Command.CONNECT);
    }

    /** Ends connection and daemon; on return the machine is as it was before. */
    public Status disconnect() throws IOException {
        return ask(Message.Command.DISCONNECT);
    }

    public Status status() throws IOException {
        return ask(Message.Command.STATUS);
    }

    private Status ask(Message.Command command) throws IOException {
        byte[] request = Json.write(Message.Request.of(command));
        Channels.newOutputStream(channel)
                .write((new String(request, StandardCharsets.UTF_8) + "\n").getBytes(StandardCharsets.UTF_8));
        String line = ControlServer.line(in);
        if (line.isEmpty()) {
            throw new IOException("the daemon ended without an answer");
        }
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
        channel.close();
    }
}
