package weft.cli;

import java.time.Duration;

/** What stands on the command line, checked. */
final class Arguments {
    private Arguments() {}

    static Duration time(String option, String text) {
        try {
            return Times.parse(text);
        } catch (IllegalArgumentException e) {
            throw new CommandException(option + ": " + e.getMessage());
        }
    }
}
