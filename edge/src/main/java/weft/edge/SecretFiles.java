package weft.edge;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Set;
import weft.fleet.FleetSecret;
import weft.fleet.SecretFile;

/** Files that only their owner may read. */
public final class SecretFiles {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private SecretFiles() {}

    /**
     * @param what for people: "the fleet's key"
     * @param make the command that makes such a file
     * @throws IOException if there is none, or others may read it
     */
    static void demandPrivate(Path file, String what, String make) throws IOException {
        Set<PosixFilePermission> mode;
        try {
            mode = Files.getPosixFilePermissions(file);
        } catch (NoSuchFileException missing) {
            throw new IOException("there is no file " + file + ", which holds " + what + "\nNext: " + make, missing);
        }
        if (!OWNER_ONLY.containsAll(mode)) {
            throw new IOException(file + " holds " + what + ", but others may read it ("
                    + PosixFilePermissions.toString(mode) + ")\nNext: chmod 600 " + file);
        }
    }

    /**
     * Makes the secret that the edges of a fleet share, in a new file.
     *
     * @throws java.nio.file.FileAlreadyExistsException if there is one
     */
    public static void makeFleetSecret(Path file) throws IOException {
        byte[] random = new byte[FleetSecret.SIZE];
        new SecureRandom().nextBytes(random);
        try (FleetSecret secret = FleetSecret.of(0, random)) {
            Path directory = file.toAbsolutePath().getParent();
            if (directory != null) {
                Files.createDirectories(directory);
            }
            Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
            byte[] text = SecretFile.format(secret);
            Files.write(file, text);
            Arrays.fill(text, (byte) 0);
        } finally {
            Arrays.fill(random, (byte) 0);
        }
    }

    /** The secrets that the edges of a fleet share. */
    static FleetSecret fleetSecret(Path file) throws IOException {
        demandPrivate(
                file, "the fleet's secret", "weft fleet init on one machine, then a copy of the file on each edge");
        byte[] text = Files.readAllBytes(file);
        try {
            return SecretFile.parse(text);
        } catch (IllegalArgumentException malformed) {
            throw new IOException(file + ": " + malformed.getMessage(), malformed);
        } finally {
            Arrays.fill(text, (byte) 0);
        }
    }
}
