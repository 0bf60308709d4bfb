package weft.netio;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Kernel settings under {@code /proc/sys}; those under {@code net} are the calling thread's namespace's. */
public final class Sysctl {
    private static final Path ROOT = Path.of("/proc/sys");
    private static final Pattern NAME = Pattern.compile("[a-z0-9_-]+(/[A-Za-z0-9_@:.-]+)+");

    /** The kernel gives a setting to the first read alone, so it must be large (Files.readString asks for one byte). */
    private static final int MAX_SIZE = 4096;

    private Sysctl() {}

    /**
     * @param name with slashes, for an interface's name may hold dots: {@code net/ipv4/ip_forward}
     * @throws IOException that names the setting
     */
    public static String read(String name) throws IOException {
        try (InputStream in = Files.newInputStream(file(name))) {
            byte[] value = new byte[MAX_SIZE];
            return new String(value, 0, Math.max(0, in.read(value)), StandardCharsets.UTF_8).strip();
        } catch (IOException failed) {
            throw explained("read", name, failed);
        }
    }

    /** Writes the value unless it is there already, so that a read-only {@code /proc/sys} that is right suffices. */
    public static void write(String name, String value) throws IOException {
        if (read(name).equals(value)) {
            return;
        }
        try {
            Files.writeString(file(name), value);
        } catch (IOException failed) {
            throw explained("set", name, failed);
        }
    }

    private static Path file(String name) {
        if (!NAME.matcher(name).matches() || name.contains("/..")) {
            throw new IllegalArgumentException("not the name of a kernel setting: " + name);
        }
        return ROOT.resolve(name);
    }

    private static IOException explained(String verb, String name, IOException failed) {
        String reason = switch (failed) {
            case NoSuchFileException absent -> "this kernel does not have it";
            case FileSystemException refused when refused.getReason() != null -> refused.getReason();
            default -> String.valueOf(failed.getMessage());
        };
        return new IOException(verb + " kernel setting " + name + ": " + reason, failed);
    }
}
