package weft.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import weft.client.RegistryAccess;

/** From an invite to a connection in one step. */
@Command(
        name = "join",
        description = "Register this device by an invite and connect it.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:connected", "1:failed", "2:wrong usage", "4:registered, but not connected yet"})
final class JoinCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private final StateDir state = new StateDir();

    @Mixin
    private final DeviceName name = new DeviceName();

    @Mixin
    private final ConnectOptions options = new ConnectOptions();

    @Parameters(paramLabel = "INVITE", description = "From an admin; - reads it from standard input.")
    private String invite = "";

    @Option(names = "--ca", paramLabel = "FILE", description = "PEM certificates to believe for the registry.")
    private @Nullable Path ca;

    @Override
    public Integer call() throws IOException {
        RegistryAccess access = Invites.access(invite);
        Registering.register(spec, state, ca == null ? access : access.withCaFile(ca), name.text());
        return Connecting.connect(spec, state, options, false);
    }
}
