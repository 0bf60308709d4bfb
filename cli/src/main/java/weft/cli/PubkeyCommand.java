package weft.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import weft.wireguard.Crypto;
import weft.wireguard.PrivateKey;

/** From a private key on standard input to its public key on standard output. */
@Command(
        name = "pubkey",
        description = "Read a private key on standard input, print its public key.",
        mixinStandardHelpOptions = true)
final class PubkeyCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        String line = in.readLine();
        if (line == null) {
            throw new CommandException(
                    "there is no key on standard input\nFor example: weft wg genkey | weft wg pubkey");
        }
        try (PrivateKey key = PrivateKey.parse(line)) {
            spec.commandLine().getOut().println(key.publicKey(Crypto.jdk().curve()));
        } catch (IllegalArgumentException malformed) {
            throw new CommandException("on standard input: " + malformed.getMessage());
        }
        return 0;
    }
}
