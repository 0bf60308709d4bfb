package weft.api;

import java.time.Instant;
import java.util.Optional;

/**
 * A device as an admin sees it.
 *
 * @param standing "waiting", "admitted" or "blocked"
 * @param enabled whether edges let it in: admitted, and not paused by its owner
 */
public record AdminDevice(
        String id,
        String name,
        String model,
        String type,
        DeviceKey publicKey,
        String inner4,
        String inner6,
        String accountId,
        AccountType account,
        Optional<String> group,
        String standing,
        boolean enabled,
        Instant created,
        Instant updated) {
    @Override
    public String toString() {
        return "AdminDevice[" + id + "]";
    }
}
