package weft.registry;

import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** What the registry itself must remember. */
final class Settings {
    static final String OPEN_UNTIL = "open_until";
    static final String INNER6 = "inner6";
    static final String FLEET_KEY = "fleet_key";
    static final String FLEET_KEY_SINCE = "fleet_key_since";

    private Settings() {}

    static Optional<String> get(Handle handle, String name) {
        return handle.createQuery("SELECT value FROM setting WHERE name = ?")
                .bind(0, name)
                .mapTo(String.class)
                .findOne();
    }

    static void put(Handle handle, String name, String value) {
        handle.execute("""
                INSERT INTO setting (name, value) VALUES (?, ?)
                ON CONFLICT (name) DO UPDATE SET value = excluded.value""", name, value);
    }
}
