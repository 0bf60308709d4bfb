package weft.api;

import java.util.Optional;

/**
 * Body of {@code POST /admin/api/invites}; what is absent has a default.
 *
 * @param seconds how long it is good for; a day by default, a year at most
 * @param uses how many devices may use it; 1 by default, 10 000 at most
 * @param plan of the devices' accounts; free by default
 * @param accountId puts the devices on that account instead of on one of their own
 * @param group of the devices: what edges open to them
 */
public record InviteRequest(
        Optional<Long> seconds,
        Optional<Integer> uses,
        Optional<AccountType> plan,
        Optional<String> accountId,
        Optional<String> group,
        Optional<String> note) {
    /** One device, one day, a free account. */
    public static InviteRequest simple() {
        return new InviteRequest(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    public InviteRequest withSeconds(long value) {
        return new InviteRequest(Optional.of(value), uses, plan, accountId, group, note);
    }

    public InviteRequest withUses(int value) {
        return new InviteRequest(seconds, Optional.of(value), plan, accountId, group, note);
    }

    public InviteRequest withPlan(AccountType value) {
        return new InviteRequest(seconds, uses, Optional.of(value), accountId, group, note);
    }

    public InviteRequest withAccount(String value) {
        return new InviteRequest(seconds, uses, plan, Optional.of(value), group, note);
    }

    public InviteRequest withGroup(String value) {
        return new InviteRequest(seconds, uses, plan, accountId, Optional.of(value), note);
    }

    public InviteRequest withNote(String value) {
        return new InviteRequest(seconds, uses, plan, accountId, group, Optional.of(value));
    }
}
