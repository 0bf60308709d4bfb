package weft.registry;

import java.util.List;
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

    record Counted(AccountRow account, int devices) {}

    /** Those that an admin made, and plus ones, in the order of their ids, after a given one. */
    static List<Counted> notable(Handle handle, String after, int limit) {
        return handle.createQuery("""
                        SELECT a.*, (SELECT count(*) FROM device d WHERE d.account_id = a.id) AS devices FROM account a
                        WHERE a.id > ? AND (a.kept OR a.type <> 'FREE') ORDER BY a.id LIMIT ?""")
                .bind(0, after)
                .bind(1, limit)
                .map((row, context) -> new Counted(ROW.map(row, context), row.getInt("devices")))
                .list();
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

    static void change(Handle handle, String id, AccountType type, int maxDevices, long now) {
        handle.execute(
                "UPDATE account SET type = ?, max_devices = ?, updated = ? WHERE id = ?", type, maxDevices, now, id);
    }

    static void renewLicense(Handle handle, String id, long now) {
        handle.execute("UPDATE account SET license = ?, updated = ? WHERE id = ?", Tokens.makeLicense(), now, id);
    }

    static void deleteIfEmpty(Handle handle, String id) {
        handle.createUpdate("""
                        DELETE FROM account WHERE id = :id AND NOT kept
                          AND NOT EXISTS (SELECT 1 FROM device WHERE account_id = :id)
                          AND NOT EXISTS (SELECT 1 FROM invite WHERE account_id = :id)""").bind("id", id).execute();
    }
}
