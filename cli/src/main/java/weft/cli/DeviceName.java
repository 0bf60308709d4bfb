package weft.cli;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

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
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            return "device";
        }
    }
}
