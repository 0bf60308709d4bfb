package weft.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;
import weft.client.Connection;

/** How to connect. */
final class ConnectOptions {
    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "15",
            description = "How long to wait for the connection; the daemon goes on trying. 15 by default.")
    private int seconds;

    @Option(
            names = "--interface",
            paramLabel = "NAME",
            defaultValue = "weft",
            description = "Of the tunnel's interface; weft by default.")
    private String name = "weft";

    @Option(names = "--no-offload", description = "One datagram a call, as on kernels without UDP and TUN offloads.")
    private boolean plain;

    @Option(
            names = "--refresh",
            paramLabel = "TIME",
            defaultValue = "6h",
            description =
                    "At least so often the daemon asks the registry what has changed, such as the fleet's key; 6h by default.")
    private String refresh = "6h";

    Duration patience() {
        return Duration.ofSeconds(seconds);
    }

    Connection.Settings settings() {
        Duration period = Arguments.time("--refresh", refresh);
        if (period.isZero()) {
            throw new CommandException("--refresh: 1s or more is expected");
        }
        return new Connection.Settings(name, !plain, period);
    }

    /** The same again, for the daemon's command line. */
    List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of("--interface", name, "--refresh", refresh));
        if (plain) {
            arguments.add("--no-offload");
        }
        return arguments;
    }
}
