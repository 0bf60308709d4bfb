package weft.api;

import java.time.Instant;
import java.util.Optional;

/**
 * Whether devices may register without an invite.
 *
 * @param until absent if closed
 */
public record Window(Optional<Instant> until) {
    /** Body of {@code PUT /admin/api/window}: how long to open it for, a week at most. */
    public record Opening(long seconds) {}
}
