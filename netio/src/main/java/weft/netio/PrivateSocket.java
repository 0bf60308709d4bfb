package weft.netio;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Unix sockets that are their owner's alone. A socket's file is there as soon as it is bound, before anybody listens and
 * with whatever mode; so it is bound under another name and takes its own when it is ready.
 */
public final class PrivateSocket {
    private PrivateSocket() {}

    /** Listens at this path, in place of what may be there. The caller removes the file when it closes. */
    public static ServerSocketChannel listen(Path path) throws IOException {
        Path early = path.resolveSibling(path.getFileName() + ".new");
        Files.deleteIfExists(early);
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(early));
            Files.setPosixFilePermissions(early, PosixFilePermissions.fromString("rw-------"));
            Files.move(early, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return server;
        } catch (IOException e) {
            server.close();
            Files.deleteIfExists(early);
            throw e;
        }
    }
}
