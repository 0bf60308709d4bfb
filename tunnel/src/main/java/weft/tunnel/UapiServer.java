package weft.tunnel;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import weft.netio.PrivateSocket;

/**
 * Listens for {@code wg} on {@code /var/run/wireguard/NAME.sock}. The directory and the socket are the owner's alone:
 * whoever may connect may read the private key.
 */
public final class UapiServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(UapiServer.class);
    private static final Path DIRECTORY = Path.of("/var/run/wireguard");
    /** Before we try again to accept after a failure. */
    private static final Duration PAUSE = Duration.ofMillis(200);

    private static final int MAX_LINES = 1_000_000;
    private static final int MAX_LINE = 4096;

    private final Uapi uapi;
    private final Path path;
    private final ServerSocketChannel server;

    private UapiServer(Uapi uapi, Path path, ServerSocketChannel server) {
        this.uapi = uapi;
        this.path = path;
        this.server = server;
    }

    /** @throws IOException if another process listens there already, or the directory is not ours */
    public static UapiServer open(Tunnel tunnel) throws IOException {
        Path path = path(tunnel.name());
        Files.createDirectories(
                DIRECTORY, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        refuseIfOthersWrite();
        refuseIfAlive(path);
        UapiServer opened = new UapiServer(new Uapi(tunnel), path, PrivateSocket.listen(path));
        Thread.ofVirtual().name("uapi").start(opened::accept);
        return opened;
    }

    /** Where {@code wg} looks for the interface of that name. */
    public static Path path(String interfaceName) {
        return DIRECTORY.resolve(interfaceName + ".sock");
    }

    /**
     * Removes what a process that has ended left at the interface's path, so that a socket there is a new one.
     *
     * @throws IOException if a process still listens there
     */
    public static void vacate(String interfaceName) throws IOException {
        Path path = path(interfaceName);
        refuseIfAlive(path);
        Files.deleteIfExists(path);
    }

    /** Other programs make it readable by all, which does no harm; whoever may write there could take our place. */
    private static void refuseIfOthersWrite() throws IOException {
        Set<PosixFilePermission> rights = Files.getPosixFilePermissions(DIRECTORY);
        if (rights.contains(PosixFilePermission.GROUP_WRITE) || rights.contains(PosixFilePermission.OTHERS_WRITE)) {
            throw new IOException(DIRECTORY + " may be written by others than its owner\nNext: chmod 700 " + DIRECTORY);
        }
    }

    private static void refuseIfAlive(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        try {
            SocketChannel.open(UnixDomainSocketAddress.of(path)).close();
            throw new IOException(path + " is in use by another process\nNext: ip link del "
                    + path.getFileName().toString().replace(".sock", "") + " ends it, or take another name");
        } catch (ConnectException stale) {
            LOG.debug("{} is left over from a process that has ended", path);
        }
    }

    /** Until it is closed: whatever else keeps it from accepting, such as a want of descriptors, may pass. */
    private void accept() {
        boolean failing = false;
        while (server.isOpen()) {
            try {
                SocketChannel client = server.accept();
                failing = false;
                Thread.ofVirtual().name("uapi-client").start(() -> serve(client));
            } catch (ClosedChannelException closed) {
                return;
            } catch (IOException trouble) {
                if (!failing) {
                    LOG.warn("nobody can configure the interface for now: {}", trouble.getMessage());
                }
                failing = true;
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    private void serve(SocketChannel client) {
        try (client;
                BufferedReader in = new BufferedReader(Channels.newReader(client, StandardCharsets.US_ASCII))) {
            for (List<String> request = request(in); !request.isEmpty(); request = request(in)) {
                Channels.newOutputStream(client).write(uapi.answer(request).getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException | UncheckedIOException gone) {
            LOG.debug("a configuration client went away: {}", gone.getMessage());
        }
    }

    /** Lines up to an empty one; none at the end of the stream: half a configuration must not take effect. */
    private static List<String> request(BufferedReader in) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = in.readLine(); line == null || !line.isEmpty(); line = in.readLine()) {
            if (line == null) {
                return List.of();
            }
            if (lines.size() == MAX_LINES || line.length() > MAX_LINE) {
                throw new IOException("a request beyond all bounds");
            }
            lines.add(line);
        }
        return lines;
    }

    public Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        server.close();
        Files.deleteIfExists(path);
    }
}
