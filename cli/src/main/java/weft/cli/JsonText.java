package weft.cli;

import java.nio.charset.StandardCharsets;
import weft.api.Json;

/** What {@code --json} prints: one object on one line. */
final class JsonText {
    private JsonText() {}

    static String of(Object value) {
        return new String(Json.write(value), StandardCharsets.UTF_8);
    }
}
