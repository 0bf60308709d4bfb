package weft.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import weft.api.Json;

/** Talks to a running {@link Daemon} over its control socket. */
public final class DaemonClient implements AutoCloseable {
    /** Longer than the daemon takes for anything; disconnecting takes longest. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final SocketChannel channel;
    private final Duration patience;
    private final BufferedReader in;

    private DaemonClient(SocketChannel channel, Duration patience) {
        this.channel = channel;
        this.patience = patience;
        in = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
    }

    /** @return empty if no daemon runs */
    public static Optional<DaemonClient> open(StateDirectory directory) throws IOException {
        return open(directory, PATIENCE);
    }

    static Optional<DaemonClient> open(StateDirectory directory, Duration patience) throws IOException {
        if (!Files.exists(directory.socket())) {
            return Optional.empty();
        }
        try {
            SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(directory.socket()));
            return Optional.of(new DaemonClient(channel, patience));
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
        String line = answer(new String(Json.write(Message.Request.of(command)), StandardCharsets.UTF_8) + "\n");
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

    /** Such a socket knows no timeout; closing it from elsewhere ends a wait for it. */
    private String answer(String request) throws IOException {
        Thread watch = Thread.ofVirtual().start(this::closeWhenPatienceEnds);
        try {
            Channels.newOutputStream(channel).write(request.getBytes(StandardCharsets.UTF_8));
            return ControlServer.line(in);
        } catch (AsynchronousCloseException silent) {
            throw new IOException(
                    "the daemon did not answer within " + patience.toSeconds()
                            + " s\nNext: end its process, then run weft connect",
                    silent);
        } finally {
            watch.interrupt();
        }
    }

    private void closeWhenPatienceEnds() {
        try {
            Thread.sleep(patience);
            channel.close();
        } catch (InterruptedException answered) {
            Thread.currentThread().interrupt();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
