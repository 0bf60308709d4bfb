package weft.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import weft.netio.Tun;
import weft.tunnel.NativeCrypto;
import weft.tunnel.Shards;
import weft.tunnel.Tunnel;
import weft.tunnel.TunnelListener;
import weft.tunnel.UapiServer;
import weft.wireguard.Crypto;

/** A userspace WireGuard as wireguard-go and boringtun-cli are: makes the interface, then {@code wg} configures it. */
@Command(
        name = "wg",
        description = "Run a WireGuard interface in user space; configure it with wg(8).",
        mixinStandardHelpOptions = true,
        subcommands = {GenkeyCommand.class, PubkeyCommand.class})
final class WgCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(WgCommand.class);

    /** wireguard-go's name for it; set for the process that a background start leaves behind. */
    private static final String FOREGROUND = "WG_PROCESS_FOREGROUND";

    /** As wg-quick(8) has it; the name is also a file's. */
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_=+.-]{1,15}");

    /** How often we look whether the socket is still there. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = {"-f", "--foreground"},
            description = "Stay in the foreground.")
    private boolean foreground;

    @Option(names = "--no-offload", description = "One datagram a call, as on kernels without UDP and TUN offloads.")
    private boolean plain;

    @Option(names = "--jdk-crypto", description = "The JDK's own primitives, as on machines without a native library.")
    private boolean portable;

    @Option(
            names = "--shards",
            paramLabel = "N",
            description = "How many threads receive and open, each for its share of the peers: 1, 2, 4 or 8;"
                    + " ${DEFAULT-VALUE} by default.")
    private int shards = 1;

    @Parameters(paramLabel = "INTERFACE", arity = "0..1", description = "The name of the interface, such as wg0.")
    private @Nullable String name;

    @Override
    public Integer call() throws IOException {
        if (name == null) {
            throw new CommandException("which interface?\nFor example: weft wg wg0");
        }
        if (!NAME.matcher(name).matches() || name.startsWith(".")) {
            throw new CommandException("no interface can be called '" + name
                    + "': at most 15 letters, digits and _ = + . -, not a dot first\nFor example: weft wg wg0");
        }
        try {
            Shards.requireCount(shards);
        } catch (IllegalArgumentException e) {
            throw new CommandException(e.getMessage() + "\nFor example: weft wg --shards 2 " + name);
        }
        if (foreground || "1".equals(System.getenv(FOREGROUND))) {
            return run(name);
        }
        UapiServer.vacate(name);
        return Background.start(
                FOREGROUND,
                spec.commandLine().getParseResult().originalArgs(),
                UapiServer.path(name),
                Optional.empty());
    }

    /** Until a signal, the end of the interface, or until somebody removes the socket, as the others do it. */
    private int run(String name) throws IOException {
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        try (Lifetime lifetime = new Lifetime();
                Tunnel tunnel = Tunnel.builder()
                        .tun(Tun.open(name, !plain))
                        .port(0)
                        .offload(!plain)
                        .shards(Shards.of(shards))
                        .crypto(portable ? Crypto.jdk() : NativeCrypto.best())
                        .listener(new Ended(failure))
                        .start();
                UapiServer uapi = UapiServer.open(tunnel)) {
            LOG.info("{} is up: {}", tunnel.name(), tunnel.describe());
            lifetime.endsWith(failure);
            while (Files.exists(uapi.path()) && !lifetime.isOverWithin(LOOK)) {
                LOG.trace("{} goes on", tunnel.name());
            }
        }
        return 0;
    }

    private record Ended(CompletableFuture<Throwable> failure) implements TunnelListener {
        @Override
        public void failed(Throwable cause) {
            LOG.info("the interface is gone: {}", cause.getMessage());
            failure.complete(cause);
        }
    }
}
