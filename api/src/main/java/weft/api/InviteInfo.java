package weft.api;

import java.time.Instant;
import java.util.Optional;

/**
 * An invite as an admin sees it.
 *
 * @param invite the text that {@link Invite#parse} reads; only in the reply that made it, kept nowhere
 */
public record InviteInfo(
        String id,
        int usesLeft,
        Instant created,
        Instant expires,
        boolean revoked,
        AccountType plan,
        Optional<String> accountId,
        Optional<String> group,
        String note,
        Optional<String> invite) {
    @Override
    public String toString() {
        return "InviteInfo[" + id + "]";
    }
}
