package weft.registry;

import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import weft.registry.Rows.InviteRow;

/** SQL on invites. */
final class Invites {
    private static final String COLUMNS =
            "SELECT id, uses_left, expires, revoked, plan, account_id, group_name, note, created FROM invite ";
    private static final RowMapper<InviteRow> ROW = ConstructorMapper.of(InviteRow.class);

    private Invites() {}

    /** Takes one of its uses; nothing if there is none to take. */
    static Optional<InviteRow> use(Handle handle, String token, long now) {
        String hash = Tokens.hash(token);
        int used = handle.execute(
                "UPDATE invite SET uses_left = uses_left - 1 WHERE token_hash = ? AND uses_left > 0 AND expires > ? AND NOT revoked",
                hash,
                now);
        return used == 0
                ? Optional.empty()
                : handle.createQuery(COLUMNS + "WHERE token_hash = ?")
                        .bind(0, hash)
                        .map(ROW)
                        .findOne();
    }

    static void insert(Handle handle, InviteRow row, String token) {
        handle.createUpdate("""
                        INSERT INTO invite (id, token_hash, uses_left, expires, revoked, plan, account_id, group_name,
                            note, created)
                        VALUES (:id, :tokenHash, :usesLeft, :expires, :revoked, :plan, :accountId, :groupName, :note,
                            :created)""")
                .bindMethods(row)
                .bind("tokenHash", Tokens.hash(token))
                .execute();
    }

    static List<InviteRow> list(Handle handle) {
        return handle.createQuery(COLUMNS + "ORDER BY created DESC, id")
                .map(ROW)
                .list();
    }

    static boolean revoke(Handle handle, String id) {
        return handle.execute("UPDATE invite SET revoked = TRUE WHERE id = ?", id) > 0;
    }
}
