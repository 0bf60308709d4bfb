package weft.netio;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A {@link PrivateSocket} on which programs of the same user ask: a line in, a line back, any number of times.
 *
 * <p>Its threads are platform threads, since what they open shall be in the network namespace of the thread that opened it.
 */
public final class LineServer implements AutoCloseable {
    /** Longest line, in characters. */
    public static final int MAX_LINE = 256 * 1024;

    private static final int MAX_CLIENTS = 16;
    private static final long PAUSE_NANOS = 200_000_000L;

    private final Path path;
    private final ServerSocketChannel server;
    private final UnaryOperator<String> answer;
    private final Runnable answered;
    private final Semaphore clients = new Semaphore(MAX_CLIENTS);

    private LineServer(Path path, ServerSocketChannel server, UnaryOperator<String> answer, Runnable answered) {
        this.path = path;
        this.server = server;
        this.answer = answer;
        this.answered = answered;
    }

    /**
     * Replaces a socket that an ended process left: that no other listens there is the caller's to know.
     *
     * @param answer for a line without its end, one that has none inside either
     * @param answered is run when an answer is on its way
     */
    public static LineServer open(Path path, UnaryOperator<String> answer, Runnable answered) throws IOException {
        ServerSocketChannel server;
        try {
            server = PrivateSocket.listen(path);
        } catch (IOException e) {
            throw new IOException("cannot listen on " + path + ": " + e.getMessage(), e);
        }
        LineServer opened = new LineServer(path, server, answer, answered);
        Thread.ofPlatform().name("control-socket").daemon(true).start(opened::accept);
        return opened;
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                SocketChannel client = server.accept();
                if (clients.tryAcquire()) {
                    Thread.ofPlatform().name("control-client").daemon(true).start(() -> serve(client));
                } else {
                    client.close();
                }
            } catch (IOException outOfSomething) {
                LockSupport.parkNanos(PAUSE_NANOS); // such as of descriptors; or closed, and then this ends
            }
        }
    }

    private void serve(SocketChannel client) {
        try (client;
                BufferedReader in = new BufferedReader(Channels.newReader(client, StandardCharsets.UTF_8))) {
            for (String line = line(in); line != null; line = line(in)) {
                byte[] reply = (answer.apply(line) + "\n").getBytes(StandardCharsets.UTF_8);
                Channels.newOutputStream(client).write(reply);
                answered.run();
            }
        } catch (IOException gone) {
            // the client went away, or wrote without end
        } finally {
            clients.release();
        }
    }

    /** Null at the end of the stream. */
    static @Nullable String line(BufferedReader in) throws IOException {
        StringBuilder line = new StringBuilder();
        int next = in.read();
        if (next < 0) {
            return null;
        }
        for (; next >= 0 && next != '\n'; next = in.read()) {
            if (line.length() == MAX_LINE) {
                throw new IOException("a line beyond all bounds");
            }
            line.append((char) next);
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(path);
        server.close();
    }
}
