package weft.fleet;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The text of the file that holds a {@link FleetSecret}: on each line the day from which a secret is in force, then its 32
 * bytes in base64. Empty lines and lines that start with # are skipped. In bytes rather than strings, which cannot be zeroed.
 */
public final class SecretFile {
    private static final String HEADER = """
            # The secrets of a Weft fleet: the same on every edge, and nobody else's to read (mode 0600).
            # Each line: from which day on (days since 1970, UTC), and 32 random bytes in base64.
            """;

    private static final int BASE64_SIZE = 44;
    private static final int MAX_DIGITS = 6;

    private SecretFile() {}

    /**
     * @param text the caller's to zero
     * @throws IllegalArgumentException that says in which line something is wrong and what, and quotes nothing but a number of
     *     a day
     */
    public static FleetSecret parse(byte[] text) {
        FleetSecret all = null;
        int line = 1;
        for (int from = 0; from < text.length; line++) {
            int end = from;
            while (end < text.length && text[end] != '\n') {
                end++;
            }
            try {
                all = parseLine(text, from, end, all);
            } catch (IllegalArgumentException wrong) {
                if (all != null) {
                    all.close();
                }
                throw new IllegalArgumentException("line " + line + ": " + wrong.getMessage());
            }
            from = end + 1;
        }
        if (all == null) {
            throw new IllegalArgumentException("there is no secret");
        }
        return all;
    }

    private static @Nullable FleetSecret parseLine(byte[] text, int start, int end, @Nullable FleetSecret before) {
        int at = skip(text, start, end, true);
        if (at == end || text[at] == '#') {
            return before;
        }
        int dayEnd = skip(text, at, end, false);
        int secretAt = skip(text, dayEnd, end, true);
        int secretEnd = skip(text, secretAt, end, false);
        if (secretAt == end || skip(text, secretEnd, end, true) != end) {
            throw new IllegalArgumentException("a day and the base64 of 32 bytes are expected, and nothing else");
        }
        long day = day(text, at, dayEnd);
        byte[] secret = decode(text, secretAt, secretEnd);
        try (FleetSecret zeroed = before) {
            return zeroed == null ? FleetSecret.of(day, secret) : zeroed.and(day, secret);
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    /** Where blanks end, or what is not blank does. */
    private static int skip(byte[] text, int from, int end, boolean blanks) {
        int at = from;
        while (at < end && blanks == (text[at] == ' ' || text[at] == '\t' || text[at] == '\r')) {
            at++;
        }
        return at;
    }

    private static long day(byte[] text, int from, int end) {
        long day = 0;
        for (int i = from; i < end; i++) {
            if (text[i] < '0' || text[i] > '9' || end - from > MAX_DIGITS) {
                throw new IllegalArgumentException(
                        "a line starts with a day, which is a whole number of days since 1970 such as 20000");
            }
            day = 10 * day + text[i] - '0';
        }
        return day;
    }

    private static byte[] decode(byte[] text, int from, int end) {
        byte[] base64 = Arrays.copyOfRange(text, from, end);
        try {
            if (base64.length == BASE64_SIZE) {
                return Base64.getDecoder().decode(base64);
            }
        } catch (IllegalArgumentException malformed) {
            // Said below, without any of the text.
        } finally {
            Arrays.fill(base64, (byte) 0);
        }
        throw new IllegalArgumentException(
                "after the day, a secret of " + BASE64_SIZE + " characters of base64 is expected");
    }

    /** The text that {@link #parse} reads; the caller's to zero. */
    public static byte[] format(FleetSecret secret) {
        byte[] header = HEADER.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer text = ByteBuffer.allocate(header.length + secret.count() * (MAX_DIGITS + BASE64_SIZE + 2));
        text.put(header);
        for (int i = 0; i < secret.count(); i++) {
            byte[] base64 = Base64.getEncoder().encode(secret.secret(i));
            text.put((secret.fromDay(i) + " ").getBytes(StandardCharsets.US_ASCII));
            text.put(base64).put((byte) '\n');
            Arrays.fill(base64, (byte) 0);
        }
        byte[] whole = Arrays.copyOf(text.array(), text.position());
        Arrays.fill(text.array(), (byte) 0);
        return whole;
    }
}
