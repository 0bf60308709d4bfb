package weft.netio;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What the calling thread may do, as the kernel tells it (proc_pid_status(5)).
 *
 * @param effectiveUser 0 for root
 * @param capabilities the effective set, one bit for each (capabilities(7))
 */
public record Privileges(int effectiveUser, long capabilities) {
    /** The capabilities that Weft uses, with the kernel's numbers. */
    public enum Capability {
        NET_BIND_SERVICE(10),
        NET_ADMIN(12),
        NET_RAW(13),
        SYS_ADMIN(21);

        private final int bit;

        Capability(int bit) {
            this.bit = bit;
        }
    }

    public static Privileges ofThisThread() throws IOException {
        return parse(Files.readAllLines(Path.of("/proc/thread-self/status")));
    }

    static Privileges parse(List<String> status) throws IOException {
        try {
            int user = Integer.parseUnsignedInt(field(status, "Uid:").split("\\s+", -1)[1]);
            return new Privileges(user, Long.parseUnsignedLong(field(status, "CapEff:"), 16));
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException unreadable) {
            throw new IOException("/proc/thread-self/status is not as proc_pid_status(5) says", unreadable);
        }
    }

    /** In this user namespace; its root may still be nobody outside. */
    public boolean has(Capability capability) {
        return (capabilities >>> capability.bit & 1) == 1;
    }

    private static String field(List<String> status, String name) {
        return status.stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()).strip())
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no " + name));
    }
}
