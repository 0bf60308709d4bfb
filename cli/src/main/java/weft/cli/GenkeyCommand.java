package weft.cli;

import java.io.PrintWriter;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import weft.wireguard.PrivateKey;

/** A new private key on standard output. */
@Command(name = "genkey", description = "Print a new private key.", mixinStandardHelpOptions = true)
final class GenkeyCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public void run() {
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        try (PrivateKey key = new PrivateKey(random)) {
            byte[] clamped = key.bytes();
            PrintWriter out = spec.commandLine().getOut();
            out.println(Base64.getEncoder().encodeToString(clamped));
            Arrays.fill(clamped, (byte) 0);
        }
        Arrays.fill(random, (byte) 0);
    }
}
