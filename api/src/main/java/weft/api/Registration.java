package weft.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.Optional;

/**
 * A device as it sees itself: the reply to {@code POST /{v}/reg}, and to GET and PATCH of {@code /{v}/reg/{id}}.
 *
 * @param token authorises every further request of this device; only in the reply to POST, kept nowhere in the clear
 * @param enabled whether edges let it in
 * @param waitlistEnabled whether it still waits for an admin's approval
 * @param place always 0
 * @param installId always empty, as are {@code fcmToken} and, unless it was given, {@code locale}
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record Registration(
        String id,
        String type,
        String model,
        String name,
        String key,
        Account account,
        TunnelConfig config,
        Optional<String> token,
        boolean warpEnabled,
        boolean waitlistEnabled,
        Instant created,
        Instant updated,
        String tos,
        int place,
        String locale,
        boolean enabled,
        String installId,
        String fcmToken) {
    @Override
    public String toString() {
        return "Registration[" + id + "]";
    }
}
