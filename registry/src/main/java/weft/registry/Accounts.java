package weft.registry;

import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import weft.api.AccountType;
import weft.registry.Rows.AccountRow;

/** SQL on accounts. */
final class Accounts {
    /** Devices that may share an account by its license, as in the consumer service. */
    static final int MAX_DEVICES = 5;

    private static final RowMapper<AccountRow> ROW = ConstructorMapper.of(AccountRow.class);

    private Accounts() {}

    static Optional<AccountRow> byId(Handle handle, String id) {
        return handle.createQuery("SELECT * FROM account WHERE id = ?")
                .bind(0, id)
                .map(ROW)
                .findOne();
    }

    static Optional<AccountRow> byLicense(Handle handle, String license) {
        return handle.createQuery("SELECT * FROM account WHERE license = ?")
                .bind(0, license)
                .map(ROW)
                .findOne();
    }

    /** @param kept whether it outlives its last device */
    static AccountRow create(Handle handle, AccountType type, int maxDevices, boolean kept, long now) {
        AccountRow row =
                new AccountRow(UUID.randomUUID().toString(), type, Tokens.makeLicense(), maxDevices, kept, now, now);
        handle.createUpdate("""
                        INSERT INTO account (id, type, license, max_devices, kept, created, updated)
                        VALUES (:id, :type, :license, :maxDevices, :kept, :created, :updated)""").bindMethods(row).execute();
        return row;
    }

    static void deleteIfEmpty(Handle handle, String id) {
        handle.createUpdate("""
                        DELETE FROM account WHERE id = :id AND NOT kept
                          AND NOT EXISTS (SELECT 1 FROM device WHERE account_id = :id)
                          AND NOT EXISTS (SELECT 1 FROM invite WHERE account_id = :id)""").bind("id", id).execute();
    }
}
