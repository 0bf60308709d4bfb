package weft.edge;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import weft.netio.LineClient;
import weft.netio.LineServer;

/** Where programs of the edge's own user ask it how its city is, and tell it to drain. See {@link EdgeClient}. */
final class ControlSocket implements AutoCloseable {
    private static final Duration LONGEST = Duration.ofDays(7);

    private final City city;
    private final LineServer server;

    private ControlSocket(City city, Path path) throws IOException {
        this.city = city;
        server = LineServer.open(path, this::answer, () -> {});
    }

    /** @throws IOException if another edge listens there */
    static ControlSocket open(City city, Path path) throws IOException {
        Path directory = path.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        Optional<LineClient> other = LineClient.open(path);
        if (other.isPresent()) {
            other.get().close();
            throw new IOException("another edge listens on " + path
                    + "\nNext: end it, or give this one a [edge] control-socket of its own");
        }
        return new ControlSocket(city, path);
    }

    private String answer(String line) {
        return ControlMessage.PROTOCOL.reply(line, request -> {
            switch (request.command()) {
                case STATUS -> {}
                case DRAIN -> city.drain().begin(deadline(request));
                case UNDRAIN -> city.drain().end();
            }
            return city.status();
        });
    }

    private static Duration deadline(ControlMessage.Request request) {
        long seconds = request.deadlineSeconds().orElse(Drain.DEADLINE.toSeconds());
        if (seconds < 0 || seconds > LONGEST.toSeconds()) {
            throw new IllegalArgumentException("a deadline is at most " + LONGEST.toDays() + " days away");
        }
        return Duration.ofSeconds(seconds);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
