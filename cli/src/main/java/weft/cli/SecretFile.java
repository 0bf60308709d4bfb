package weft.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/** A token in a file that only its owner may read. */
final class SecretFile {
    private SecretFile() {}

    static String firstLine(Path file) throws IOException {
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
        if (mode.stream().anyMatch(permission -> !permission.name().startsWith("OWNER"))) {
            throw new CommandException(file + " holds a secret, but others may read it\nNext: chmod 600 " + file);
        }
        return Files.readAllLines(file).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .findFirst()
                .orElseThrow(() -> new CommandException(file + " holds no token"));
    }
}
