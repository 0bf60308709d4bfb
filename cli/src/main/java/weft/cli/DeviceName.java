package weft.cli;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import weft.netio.Sysctl;

/** By which people know a device. */
final class DeviceName {
    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "By which people know the device; its host name by default.")
    private @Nullable String name;

    String text() {
        if (name != null) {
            return name;
        }
        try {
            // Not InetAddress: that asks the resolver, and a device that is not online yet waits seconds for it.
            return Sysctl.read("kernel/hostname").strip();
        } catch (IOException nameless) {
            return "device";
        }
    }
}
