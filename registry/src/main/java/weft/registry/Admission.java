package weft.registry;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import weft.api.AccountType;
import weft.api.Problem;
import weft.registry.RegistryConfig.Newcomers;
import weft.registry.Rows.InviteRow;
import weft.registry.Rows.Standing;

/** Decides who may register: who has an invite, whoever comes while a window is open, or, on trust, who can wait. */
final class Admission {
    private final Newcomers newcomers;
    private final int maxWaiting;
    private final InstantSource clock;

    Admission(RegistryConfig config, InstantSource clock) {
        this.newcomers = config.newcomers();
        this.maxWaiting = config.limits().waiting();
        this.clock = clock;
    }

    /** How a device comes in. */
    record Ticket(Standing standing, AccountType plan, Optional<String> account, Optional<String> group) {}

    /** Within the transaction that registers the device, so that an invite is used if and only if one is registered. */
    Ticket admit(Handle handle, Optional<String> invite) {
        if (invite.isPresent()) {
            InviteRow row = Invites.use(handle, invite.get(), clock.millis())
                    .orElseThrow(() -> new Refusal(
                            Problem.BAD_INVITE,
                            "this invite is unknown, used up, expired or revoked: ask for a new one"));
            return new Ticket(Standing.ADMITTED, row.plan(), row.accountId(), row.groupName());
        }
        if (openUntil(handle).isPresent()) {
            return stranger(Standing.ADMITTED);
        }
        if (newcomers == Newcomers.REFUSED) {
            throw new Refusal(
                    Problem.CLOSED,
                    "registration is closed: come with an invite (Authorization: Bearer INVITE, or"
                            + " CF-Access-Jwt-Assertion: INVITE), or while an admin holds it open"
                            + " (weft registry open --for 10m)");
        }
        if (Devices.waiting(handle) >= maxWaiting) {
            throw new Refusal(Problem.CLOSED, "too many devices wait for approval already: come with an invite");
        }
        return stranger(Standing.WAITING);
    }

    private static Ticket stranger(Standing standing) {
        return new Ticket(standing, AccountType.FREE, Optional.empty(), Optional.empty());
    }

    /** The end of the window, if one is open. */
    Optional<Instant> openUntil(Handle handle) {
        return Settings.get(handle, Settings.OPEN_UNTIL)
                .map(millis -> Instant.ofEpochMilli(Long.parseLong(millis)))
                .filter(end -> end.isAfter(clock.instant()));
    }
}
