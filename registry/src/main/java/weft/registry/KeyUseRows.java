package weft.registry;

import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.SqlStatement;

/** SQL on which of the fleet's keys devices use. */
final class KeyUseRows {
    /** Devices that know another key than this, as far as one can tell. */
    private static final String BEHIND = """
            FROM device d LEFT JOIN device_fleet_key k ON k.device_id = d.id
            WHERE d.standing = 'ADMITTED'
              AND (k.fleet_key <> :key OR (k.fleet_key IS NULL AND d.created < :since))""";

    private KeyUseRows() {}

    record Row(String id, String name, Optional<String> group, Optional<Long> seen) {}

    record Count(long behind, long unseen) {}

    /** @param devices public keys, in an order that all writers keep to: each holds the locks of the rows before */
    static void put(Handle handle, String fleetKey, List<String> devices, long now) {
        PreparedBatch batch = handle.prepareBatch("""
                INSERT INTO device_fleet_key (device_id, fleet_key, seen)
                SELECT id, :key, :now FROM device WHERE public_key = :device
                ON CONFLICT (device_id) DO UPDATE SET fleet_key = excluded.fleet_key, seen = excluded.seen""");
        for (String device : devices) {
            batch.bind("key", fleetKey).bind("now", now).bind("device", device).add();
        }
        batch.execute();
    }

    static Count count(Handle handle, String fleetKey, long since) {
        return ask(
                        handle.createQuery("SELECT count(k.fleet_key) AS behind, count(*) AS all_of_them " + BEHIND),
                        fleetKey,
                        since)
                .map((row, context) ->
                        new Count(row.getLong("behind"), row.getLong("all_of_them") - row.getLong("behind")))
                .one();
    }

    static List<Row> list(Handle handle, String fleetKey, long since, String after, int limit) {
        return ask(
                        handle.createQuery("SELECT d.id, d.name, d.group_name, k.seen " + BEHIND
                                + " AND d.id > :after ORDER BY d.id LIMIT :limit"),
                        fleetKey,
                        since)
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) -> {
                    long seen = row.getLong("seen");
                    return new Row(
                            row.getString("id"),
                            row.getString("name"),
                            Optional.ofNullable(row.getString("group_name")),
                            seen == 0 ? Optional.empty() : Optional.of(seen));
                })
                .list();
    }

    private static <T extends SqlStatement<T>> T ask(T query, String fleetKey, long since) {
        return query.bind("key", fleetKey).bind("since", since);
    }
}
