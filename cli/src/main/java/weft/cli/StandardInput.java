package weft.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** Secrets as users hand them over: on the command line, or where other users of the machine do not see them. */
final class StandardInput {
    private StandardInput() {}

    /** The text itself, or for {@code -} the first line of standard input. */
    static String or(String text) {
        return text.equals("-") ? line() : text;
    }

    private static String line() {
        try {
            String line = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII)).readLine();
            return line == null ? "" : line.strip();
        } catch (IOException unreadable) {
            throw new CommandException("standard input cannot be read: " + unreadable.getMessage());
        }
    }
}
