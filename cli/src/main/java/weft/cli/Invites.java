package weft.cli;

import weft.api.Invite;
import weft.client.RegistryAccess;

/** Invites as users hand them over. */
final class Invites {
    private Invites() {}

    /** @param text an invite, or {@code -} for one on standard input */
    static RegistryAccess access(String text) {
        try {
            return RegistryAccess.of(Invite.parse(StandardInput.or(text)));
        } catch (IllegalArgumentException malformed) {
            throw new CommandException(String.valueOf(malformed.getMessage()));
        }
    }
}
