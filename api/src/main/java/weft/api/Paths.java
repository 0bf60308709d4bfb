package weft.api;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Pieces of a request's path. */
final class Paths {
    private Paths() {}

    /** One segment, whatever is in it. */
    static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
