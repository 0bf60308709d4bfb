package weft.registry;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import weft.api.DeviceChange;
import weft.api.Json;

/** SQL on the numbered changes of devices. */
final class Journal {
    private static final String FROM = """
            SELECT h.run, h.newest, c.number, c.change
            FROM device_change_head h LEFT JOIN device_change c ON c.number >= ?
            ORDER BY c.number""";

    private Journal() {}

    record Entry(long number, DeviceChange change) {}

    /**
     * What the journal held at one moment.
     *
     * @param run empty until the first {@link #rename}
     * @param newest the greatest number; 0 before the first change
     * @param entries in order
     */
    record Page(String run, long newest, List<Entry> entries) {
        Page {
            entries = List.copyOf(entries);
        }
    }

    /** As the last thing that a transaction does, since whoever adds next waits for its end. */
    static void add(Handle handle, DeviceChange change) {
        long number = handle.createQuery("UPDATE device_change_head SET newest = newest + 1 RETURNING newest")
                .mapTo(Long.class)
                .one();
        String json = new String(Json.write(change), StandardCharsets.UTF_8);
        handle.execute("INSERT INTO device_change (number, change) VALUES (?, ?)", number, json);
        handle.execute("DELETE FROM device_change WHERE number <= ?", number - Changes.KEPT);
    }

    /** All from a number on. One statement, so that the head and the changes are of the same moment. */
    static Page from(Handle handle, long number) {
        List<Row> rows = handle.createQuery(FROM)
                .bind(0, number)
                .map((result, context) -> new Row(
                        result.getString("run"),
                        result.getLong("newest"),
                        result.getLong("number"),
                        Optional.ofNullable(result.getString("change"))))
                .list();
        List<Entry> entries = new ArrayList<>();
        for (Row row : rows) {
            row.change().ifPresent(json -> entries.add(new Entry(row.number(), parse(json))));
        }
        return new Page(rows.getFirst().run(), rows.getFirst().newest(), entries);
    }

    private record Row(String run, long newest, long number, Optional<String> change) {}

    private static DeviceChange parse(String json) {
        return Json.read(json.getBytes(StandardCharsets.UTF_8), DeviceChange.class);
    }

    /** Begins a new run, unless another registry has just done so: its numbers are then as good. */
    static void rename(Handle handle, String run) {
        handle.execute(
                "UPDATE device_change_head SET run = ? WHERE run = ?",
                UUID.randomUUID().toString(),
                run);
    }
}
