package weft.registry;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import weft.registry.Rows.DeviceRow;
import weft.registry.Rows.Standing;

/** SQL on devices. */
final class Devices {
    private static final RowMapper<DeviceRow> ROW = ConstructorMapper.of(DeviceRow.class);

    private static final String SELECT =
            "SELECT d.*, a.type AS plan FROM device d JOIN account a ON a.id = d.account_id ";

    private Devices() {}

    static Optional<DeviceRow> byId(Handle handle, String id) {
        return handle.createQuery(SELECT + "WHERE d.id = ?")
                .bind(0, id)
                .map(ROW)
                .findOne();
    }

    static Optional<DeviceRow> byKey(Handle handle, String publicKey) {
        return handle.createQuery(SELECT + "WHERE d.public_key = ?")
                .bind(0, publicKey)
                .map(ROW)
                .findOne();
    }

    static List<DeviceRow> byClientId(Handle handle, int clientId) {
        return handle.createQuery(SELECT + "WHERE d.client_id = ? ORDER BY d.id")
                .bind(0, clientId)
                .map(ROW)
                .list();
    }

    static List<DeviceRow> byAccount(Handle handle, String account) {
        return handle.createQuery(SELECT + "WHERE d.account_id = ? ORDER BY d.created, d.id")
                .bind(0, account)
                .map(ROW)
                .list();
    }

    static int countByAccount(Handle handle, String account) {
        return handle.createQuery("SELECT count(*) FROM device WHERE account_id = ?")
                .bind(0, account)
                .mapTo(Integer.class)
                .one();
    }

    static int waiting(Handle handle) {
        return handle.createQuery("SELECT count(*) FROM device WHERE standing = 'WAITING'")
                .mapTo(Integer.class)
                .one();
    }

    /** Those whose id, name or group begins so, in the order of their ids, after a given one. */
    static List<DeviceRow> search(Handle handle, String text, String after, int limit) {
        String pattern = text.toLowerCase(Locale.ROOT).replaceAll("[!%_]", "!$0") + "%";
        return handle.createQuery(SELECT + """
                        WHERE d.id > :after
                          AND (lower(d.name) LIKE :pattern ESCAPE '!' OR d.id LIKE :pattern ESCAPE '!'
                               OR lower(d.group_name) LIKE :pattern ESCAPE '!')
                        ORDER BY d.id LIMIT :limit""")
                .bind("after", after)
                .bind("pattern", pattern)
                .bind("limit", limit)
                .map(ROW)
                .list();
    }

    static void insert(Handle handle, DeviceRow row) {
        handle.createUpdate("""
                        INSERT INTO device (id, account_id, token_hash, public_key, preshared_key, client_id, inner4,
                            inner6, name, model, type, locale, tos, group_name, standing, active, created, updated)
                        VALUES (:id, :accountId, :tokenHash, :publicKey, :presharedKey, :clientId, :inner4,
                            :inner6, :name, :model, :type, :locale, :tos, :groupName, :standing, :active, :created,
                            :updated)""").bindMethods(row).execute();
    }

    static void change(Handle handle, DeviceRow row, String publicKey, String name, boolean active, long now) {
        handle.createUpdate("UPDATE device SET public_key = ?, name = ?, active = ?, updated = ? WHERE id = ?")
                .bind(0, publicKey)
                .bind(1, name)
                .bind(2, active)
                .bind(3, now)
                .bind(4, row.id())
                .execute();
    }

    static void moveTo(Handle handle, DeviceRow row, String account, long now) {
        handle.execute("UPDATE device SET account_id = ?, updated = ? WHERE id = ?", account, now, row.id());
    }

    static void setStanding(Handle handle, String id, Standing standing, long now) {
        handle.execute("UPDATE device SET standing = ?, updated = ? WHERE id = ?", standing.name(), now, id);
    }

    static void delete(Handle handle, String id) {
        handle.execute("DELETE FROM device WHERE id = ?", id);
    }
}
