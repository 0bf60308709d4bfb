package weft.api;

import java.util.Optional;

/**
 * Body of {@code PATCH /admin/api/accounts/{id}}: what is absent stays as it is.
 *
 * @param devices how many may be on the account, 10 000 at most; those that are there stay
 */
public record AccountUpdate(Optional<AccountType> plan, Optional<Integer> devices) {}
