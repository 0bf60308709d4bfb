package weft.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** What opens namespaces to somebody to whom the kernel has refused them. */
final class NamespaceRemedy {
    /** How strerror(3) words ENOSPC, which unshare(2) gives where a limit of user_namespaces(7) is reached. */
    private static final String LIMIT_REACHED = "No space left on device";

    /** What shuts out ordinary users, and nobody else. */
    private static final List<Switch> FOR_USERS = List.of(
            new Switch("kernel.unprivileged_userns_clone", "0", "1"),
            new Switch("kernel.apparmor_restrict_unprivileged_userns", "1", "0"),
            Switch.limit("user"));

    private static final List<Switch> FOR_ALL =
            List.of(Switch.limit("mnt"), Switch.limit("net"), Switch.limit("pid"), Switch.limit("uts"));

    private NamespaceRemedy() {}

    /** A sysctl, its value that closes, and one that opens. */
    private record Switch(String name, String closed, String open) {
        static Switch limit(String kind) {
            return new Switch("user.max_" + kind + "_namespaces", "0", "15000");
        }

        boolean isClosed() {
            try {
                return Files.readString(Path.of("/proc/sys", name.replace('.', '/')))
                        .strip()
                        .equals(closed);
            } catch (IOException thisKernelHasNoSuchSwitch) {
                return false;
            }
        }
    }

    /**
     * @param complaint unshare's
     * @param root whether it was root who was refused
     */
    static String of(String complaint, boolean root) {
        if (!root && FOR_USERS.stream().anyMatch(Switch::isClosed)) {
            return "Open them: " + command(FOR_USERS) + "   or run this as root.";
        }
        if (FOR_ALL.stream().anyMatch(Switch::isClosed)) {
            return "Open them: " + command(FOR_ALL);
        }
        if (complaint.contains(LIMIT_REACHED)) {
            return "As many as may be are there: sudo sysctl -w user.max_net_namespaces=15000 lets there be more;"
                    + " so do user.max_mnt_namespaces and those of pid, user and uts.";
        }
        return root
                ? "In a container, give it CAP_SYS_ADMIN and an unmasked /proc."
                : "Run this as root; in a container, give that CAP_SYS_ADMIN and an unmasked /proc.";
    }

    private static String command(List<Switch> switches) {
        return "sudo sysctl -w "
                + switches.stream()
                        .filter(Switch::isClosed)
                        .map(found -> found.name() + "=" + found.open())
                        .collect(Collectors.joining(" "));
    }
}
