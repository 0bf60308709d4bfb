package weft.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import weft.api.Json;
import weft.netio.PrivateSocket;

/**
 * Listens on the daemon's Unix socket. Only the owner of the state directory may connect: the directory has mode 0700
 * and the socket 0600.
 *
 * <p>Its threads are platform threads, since what they open shall be in this thread's network namespace.
 */
final class ControlServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);
    private static final int MAX_CLIENTS = 16;

    private final Path path;
    private final ServerSocketChannel server;
    private final Function<Message.Request, Message.Reply> answer;
    private final Runnable answered;
    private final Semaphore clients = new Semaphore(MAX_CLIENTS);

    private ControlServer(
            Path path, ServerSocketChannel server, Function<Message.Request, Message.Reply> answer, Runnable answered) {
        this.path = path;
        this.server = server;
        this.answer = answer;
        this.answered = answered;
    }

    /**
     * Replaces a socket that an ended process left: the caller holds the directory's lock.
     *
     * @param answered is run when an answer is on its way
     */
    static ControlServer open(Path path, Function<Message.Request, Message.Reply> answer, Runnable answered)
            throws IOException {
        Files.deleteIfExists(path);
        ServerSocketChannel server;
        try {
            server = PrivateSocket.listen(path);
        } catch (IOException e) {
            throw new IOException("cannot listen on " + path + ": " + e.getMessage(), e);
        }
        ControlServer opened = new ControlServer(path, server, answer, answered);
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
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(SocketChannel client) {
        try (client;
                BufferedReader in = new BufferedReader(Channels.newReader(client, StandardCharsets.UTF_8))) {
            for (String line = line(in); !line.isEmpty(); line = line(in)) {
                Channels.newOutputStream(client).write(encode(reply(line)));
                answered.run();
            }
        } catch (IOException gone) {
            LOG.debug("a control client went away: {}", gone.getMessage());
        } finally {
            clients.release();
        }
    }

    private Message.Reply reply(String line) {
        Message.Request request;
        try {
            request = Json.read(line.getBytes(StandardCharsets.UTF_8), Message.Request.class);
        } catch (IllegalArgumentException malformed) {
            return Message.Reply.refused("not a request: " + malformed.getMessage());
        }
        if (request.version() != Message.VERSION) {
            return Message.Reply.refused("this daemon speaks version " + Message.VERSION + " of the protocol, not "
                    + request.version() + "; restart it with the program's present version");
        }
        return answer.apply(request);
    }

    private static byte[] encode(Message.Reply reply) {
        return (new String(Json.write(reply), StandardCharsets.UTF_8) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** Empty at the end of the stream. */
    static String line(BufferedReader in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            if (line.length() == Message.MAX_LINE) {
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
