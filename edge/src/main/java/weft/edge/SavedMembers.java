package weft.edge;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * The list of members that was last seen, for a start while etcd is away. A file of mode 0600, which is always whole; a
 * line for each member: its name, a space, and {@link MemberJson}.
 */
final class SavedMembers {
    private static final long MAX_SIZE = 32 << 20;

    private final Path file;

    SavedMembers(Path file) {
        this.file = file.toAbsolutePath();
    }

    Path file() {
        return file;
    }

    /** @throws IOException if it is there and not to be used */
    Optional<List<EdgeMember>> read() throws IOException {
        if (Files.notExists(file)) {
            return Optional.empty();
        }
        SecretFiles.demandPrivate(file, "the list of members", "start the edge while etcd can be reached");
        if (Files.size(file) > MAX_SIZE) {
            throw new IOException(file + " is too large for a list of members");
        }
        List<EdgeMember> members = new ArrayList<>();
        for (Iterator<String> lines = Files.readAllLines(file).iterator(); lines.hasNext(); ) {
            String line = lines.next();
            int space = Math.max(line.indexOf(' '), 0);
            try {
                members.add(MemberJson.read(line.substring(0, space), line.substring(space)));
            } catch (IllegalArgumentException malformed) {
                throw new IOException(
                        file + ":" + (members.size() + 1) + ": " + malformed.getMessage() + "\nNext: rm " + file,
                        malformed);
            }
        }
        return Optional.of(members);
    }

    /** Whole or not at all, whenever the machine stops. */
    void write(List<EdgeMember> members) throws IOException {
        StringBuilder text = new StringBuilder();
        members.forEach(member -> text.append(member.name())
                .append(' ')
                .append(MemberJson.write(member))
                .append('\n'));
        Path directory = file.resolveSibling("");
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path temporary = Files.createTempFile(
                directory,
                "members",
                ".new",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = StandardCharsets.UTF_8.encode(text.toString());
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
