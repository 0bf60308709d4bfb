package weft.netio;

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
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Asks a {@link LineServer}. */
public final class LineClient implements AutoCloseable {
    private final SocketChannel channel;
    private final BufferedReader in;

    private LineClient(SocketChannel channel) {
        this.channel = channel;
        in = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
    }

    /** @return empty if nobody listens there */
    public static Optional<LineClient> open(Path socket) throws IOException {
        if (!Files.exists(socket)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new LineClient(SocketChannel.open(UnixDomainSocketAddress.of(socket))));
        } catch (ConnectException leftOver) {
            return Optional.empty();
        } catch (SocketException refused) {
            throw new IOException(socket + ": " + refused.getMessage(), refused);
        }
    }

    /**
     * @param line without its end
     * @return empty if the server does not answer within that time; then nothing more can be asked
     * @throws IOException if it ended without an answer
     */
    public Optional<String> ask(String line, Duration patience) throws IOException {
        Thread watch = Thread.ofVirtual().start(() -> closeAfter(patience));
        try {
            Channels.newOutputStream(channel).write((line + "\n").getBytes(StandardCharsets.UTF_8));
            String reply = LineServer.line(in);
            if (reply == null) {
                throw new IOException("it ended without an answer");
            }
            return Optional.of(reply);
        } catch (AsynchronousCloseException silent) {
            return Optional.empty();
        } finally {
            watch.interrupt();
        }
    }

    /** Such a socket knows no timeout; closing it from elsewhere ends a wait for it. */
    private void closeAfter(Duration patience) {
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
