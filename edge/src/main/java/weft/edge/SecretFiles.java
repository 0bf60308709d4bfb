package weft.edge;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
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
            create(file, SecretFile.format(secret));
        } finally {
            Arrays.fill(random, (byte) 0);
        }
    }

    /**
     * Adds a secret that is in force from a day on, and strikes those that were over before yesterday.
     *
     * @param day number of days since 1970 (UTC), after today
     * @throws IllegalArgumentException if one is waiting already for that day or a later one
     */
    public static void addFleetSecret(Path file, long today, long day) throws IOException {
        if (day <= today) {
            throw new IllegalArgumentException("a secret is added for a day to come");
        }
        byte[] random = new byte[FleetSecret.SIZE];
        new SecureRandom().nextBytes(random);
        try (FleetSecret before = fleetSecret(file);
                FleetSecret kept = before.since(today - 1);
                FleetSecret more = kept.and(day, random)) {
            replace(file, SecretFile.format(more));
        } finally {
            Arrays.fill(random, (byte) 0);
        }
    }

    /** A new file. Zeroes the content. */
    static void create(Path file, byte[] content) throws IOException {
        try {
            Path directory = file.toAbsolutePath().getParent();
            if (directory != null) {
                Files.createDirectories(directory);
            }
            Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
            Files.write(file, content);
        } finally {
            Arrays.fill(content, (byte) 0);
        }
    }

    /** Puts something else into a file, whole or not at all, whenever the machine stops; its owner stays. Zeroes the content. */
    static void replace(Path file, byte[] content) throws IOException {
        Path target = file.toRealPath();
        Path temporary = Files.createTempFile(
                target.getParent(),
                target.getFileName().toString(),
                ".new",
                PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        try {
            Files.setOwner(temporary, Files.getOwner(target));
            try (FileChannel out = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                for (ByteBuffer rest = ByteBuffer.wrap(content); rest.hasRemaining(); ) {
                    out.write(rest);
                }
                out.force(true);
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Arrays.fill(content, (byte) 0);
            Files.deleteIfExists(temporary);
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
