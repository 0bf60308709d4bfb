package weft.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import weft.api.Invite;
import weft.client.RegistryAccess;

/** Invites as users hand them over. */
final class Invites {
    private Invites() {}

    /** @param text an invite, or {@code -} for one on standard input, where other users of the machine do not see it */
    static RegistryAccess access(String text) {
        try {
            return RegistryAccess.of(Invite.parse(text.equals("-") ? line() : text));
        } catch (IllegalArgumentException malformed) {
            throw new CommandException(String.valueOf(malformed.getMessage()));
        }
    }

    private static String line() {
        try {
            String line = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII)).readLine();
            return line == null ? "" : line;
        } catch (IOException unreadable) {
            throw new CommandException("standard input cannot be read: " + unreadable.getMessage());
        }
    }
}
