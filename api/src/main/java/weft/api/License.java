package weft.api;

import java.util.Optional;

/**
 * An account that waits for devices: whoever has the license joins it with {@code PUT …/account}.
 *
 * @param devices how many may join
 */
public record License(String accountId, String license, AccountType plan, int devices) {
    @Override
    public String toString() {
        return "License[" + accountId + "]";
    }

    /** Body of {@code POST /admin/api/licenses}: a plus account for five devices, unless it says otherwise. */
    public record Order(Optional<AccountType> plan, Optional<Integer> devices) {}
}
