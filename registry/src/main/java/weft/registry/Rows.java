package weft.registry;

import java.util.Optional;
import weft.api.AccountType;

/** The tables' rows as records. Jdbi fills and reads them by name, for which they must be public. */
final class Rows {
    private Rows() {}

    /** What the admin says of a device. */
    enum Standing {
        WAITING,
        ADMITTED,
        BLOCKED
    }

    public record AccountRow(
            String id, AccountType type, String license, int maxDevices, boolean kept, long created, long updated) {}

    /** @param plan the account's type */
    public record DeviceRow(
            String id,
            String accountId,
            AccountType plan,
            String tokenHash,
            String publicKey,
            Optional<String> presharedKey,
            int clientId,
            long inner4,
            String inner6,
            String name,
            String model,
            String type,
            String locale,
            String tos,
            Optional<String> groupName,
            Standing standing,
            boolean active,
            long created,
            long updated) {
        boolean enabled() {
            return active && standing == Standing.ADMITTED;
        }
    }

    public record InviteRow(
            String id,
            int usesLeft,
            long expires,
            boolean revoked,
            AccountType plan,
            Optional<String> accountId,
            Optional<String> groupName,
            String note,
            long created) {}
}
