package weft.cli;

import java.time.Duration;

/** Lengths of time as people write them. */
final class Times {
    private Times() {}

    /**
     * Reads {@code 90s}, {@code 10m}, {@code 2h} or {@code 7d}.
     *
     * @throws IllegalArgumentException saying what is expected
     */
    static Duration parse(String text) {
        if (!text.matches("\\d{1,6}[smhd]")) {
            throw new IllegalArgumentException("a time such as 90s, 10m, 2h or 7d is expected, not " + text);
        }
        long number = Long.parseLong(text.substring(0, text.length() - 1));
        return switch (text.charAt(text.length() - 1)) {
            case 's' -> Duration.ofSeconds(number);
            case 'm' -> Duration.ofMinutes(number);
            case 'h' -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        };
    }
}
