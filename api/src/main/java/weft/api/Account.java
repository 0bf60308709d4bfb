package weft.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.Optional;

/**
 * An account as {@code GET /{v}/reg/{id}/account} shows it. Quotas and referrals do not exist here: their fields are
 * there, and 0, because existing clients refuse a reply without them.
 *
 * @param license whoever has it can put a further device on this account ({@code PUT …/account})
 * @param usage bytes; always 0
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record Account(
        String id,
        AccountType accountType,
        Instant created,
        Instant updated,
        long premiumData,
        long quota,
        long usage,
        boolean warpPlus,
        int referralCount,
        int referralRenewalCountdown,
        String role,
        Optional<String> license) {
    @Override
    public String toString() {
        return "Account[" + id + ", " + accountType + "]";
    }
}
