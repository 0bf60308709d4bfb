package weft.registry;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;

/** Bearer tokens in a file of mode 0600, one a line. In memory there are only their hashes. */
final class TokenFile {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private final List<String> hashes;

    private TokenFile(List<String> hashes) {
        this.hashes = hashes;
    }

    /** @throws IOException if it cannot be read or made, or others may read it */
    static TokenFile openOrMake(Path file) throws IOException {
        if (!Files.exists(file)) {
            createPrivate(file);
            Files.writeString(file, Tokens.make() + "\n", StandardOpenOption.WRITE);
        }
        requirePrivate(file);
        List<String> hashes = Files.readAllLines(file, StandardCharsets.UTF_8).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .map(Tokens::hash)
                .toList();
        if (hashes.isEmpty()) {
            throw new IOException(file + " holds no token. Next: remove it, and the registry makes a new one");
        }
        return new TokenFile(hashes);
    }

    /** An empty file that nobody else may read, from its first moment on. */
    static void createPrivate(Path file) throws IOException {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    }

    static void requirePrivate(Path file) throws IOException {
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
        if (!OWNER_ONLY.containsAll(mode)) {
            throw new IOException(file + " holds a secret, but others may read it ("
                    + PosixFilePermissions.toString(mode) + "). Next: chmod 600 " + file);
        }
    }

    /** Takes the same time whichever line matches, or none. */
    boolean accepts(String token) {
        boolean found = false;
        for (String hash : hashes) {
            found |= Tokens.matches(token, hash);
        }
        return found;
    }
}
