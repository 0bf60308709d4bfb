package weft.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import weft.api.Json;

/** Where a device keeps its registration and its daemon's socket: mode 0700, all files in it 0600. */
public record StateDirectory(Path path) {
    private static final FileAttribute<Set<PosixFilePermission>> DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<Set<PosixFilePermission>> FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    /** {@code /var/lib/weft} for root, {@code ~/.local/state/weft} (XDG base directories) for everybody else. */
    public static StateDirectory standard() {
        if (System.getProperty("user.name").equals("root")) {
            return new StateDirectory(Path.of("/var/lib/weft"));
        }
        String xdg = System.getenv("XDG_STATE_HOME");
        Path base = xdg == null || xdg.isEmpty()
                ? Path.of(System.getProperty("user.home"), ".local", "state")
                : Path.of(xdg);
        return new StateDirectory(base.resolve("weft"));
    }

    /** The registration. */
    public Path registration() {
        return path.resolve("registration.json");
    }

    /** What a person has set. */
    public Path settingsFile() {
        return path.resolve("settings.json");
    }

    /** What {@link Daemon} listens on. */
    public Path socket() {
        return path.resolve("control.sock");
    }

    /** What the daemon says since its last start. */
    public Path log() {
        return path.resolve("daemon.log");
    }

    /** @throws IOException if there is one that this program cannot read */
    public Optional<Profile> profile() throws IOException {
        if (!Files.exists(registration())) {
            return Optional.empty();
        }
        return Optional.of(read(registration(), Profile.class, "a registration"));
    }

    /** @throws IOException if there are settings that this program cannot read */
    public DeviceSettings settings() throws IOException {
        return Files.exists(settingsFile())
                ? read(settingsFile(), DeviceSettings.class, "a file of settings")
                : DeviceSettings.DEFAULTS;
    }

    private static <T> T read(Path file, Class<T> type, String kind) throws IOException {
        try {
            return Json.read(Files.readAllBytes(file), type);
        } catch (IllegalArgumentException unreadable) {
            throw new IOException(file + " is not " + kind + ": " + unreadable.getMessage(), unreadable);
        }
    }

    void save(Profile profile) throws IOException {
        save(registration(), Json.write(profile));
    }

    public void save(DeviceSettings settings) throws IOException {
        save(settingsFile(), Json.write(settings));
    }

    /** Whole or not at all, whenever the machine stops. */
    private void save(Path to, byte[] content) throws IOException {
        create();
        Path temporary = Files.createTempFile(path, to.getFileName().toString(), ".new", FILE);
        try {
            try (FileChannel file = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                ByteBuffer json = ByteBuffer.wrap(content);
                while (json.hasRemaining()) {
                    file.write(json);
                }
                file.force(true);
            }
            Files.move(temporary, to, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    void forget() throws IOException {
        Files.deleteIfExists(registration());
    }

    void create() throws IOException {
        Files.createDirectories(path, DIRECTORY);
    }

    /** Held by the daemon as long as it lives, however it ends; empty if another one has it. */
    Optional<FileLock> lock() throws IOException {
        create();
        FileChannel file = FileChannel.open(
                path.resolve("daemon.lock"), Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), FILE);
        try {
            FileLock lock = file.tryLock();
            if (lock != null) {
                return Optional.of(lock);
            }
        } catch (OverlappingFileLockException ours) {
            // Another daemon in this very process: as good as another process's.
        }
        file.close();
        return Optional.empty();
    }
}
