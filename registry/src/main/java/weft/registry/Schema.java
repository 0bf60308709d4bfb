package weft.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;

/** Brings a database to the schema of this program: the numbered files under {@code schema}, each once, in order. */
final class Schema {
    static final int VERSION = 3;

    private static final long ADVISORY_LOCK = 0x77656674;
    private static final Pattern COMMENT = Pattern.compile("--[^\n]*");

    private Schema() {}

    static void migrate(Handle handle, boolean postgresql) {
        if (postgresql) {
            handle.createQuery("SELECT pg_advisory_xact_lock(:lock)")
                    .bind("lock", ADVISORY_LOCK)
                    .mapToMap()
                    .one();
        }
        handle.execute("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY)");
        int version = current(handle);
        if (version > VERSION) {
            throw new IllegalStateException("it was made by a newer program (schema " + version + ", here " + VERSION
                    + "). Next: start the newer program, or restore a backup");
        }
        for (int next = version + 1; next <= VERSION; next++) {
            apply(handle, next);
        }
    }

    private static int current(Handle handle) {
        return handle.createQuery("SELECT max(version) FROM schema_version")
                .mapTo(Integer.class)
                .findOne()
                .orElse(0);
    }

    private static void apply(Handle handle, int version) {
        for (String statement : COMMENT.matcher(read(version)).replaceAll("").split(";", -1)) {
            if (!statement.isBlank()) {
                handle.execute(statement.strip());
            }
        }
        handle.execute("INSERT INTO schema_version (version) VALUES (?)", version);
    }

    private static String read(int version) {
        String name = "schema/%04d.sql".formatted(version);
        try (InputStream in = Optional.ofNullable(Schema.class.getResourceAsStream(name))
                .orElseThrow(() -> new IllegalStateException(name + " is missing in this program"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
