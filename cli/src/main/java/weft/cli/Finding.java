package weft.cli;

import java.util.Optional;

/**
 * One line of {@code weft doctor}.
 *
 * @param verdict whether it is as it should be
 * @param mend a command that mends it
 */
record Finding(String subject, Verdict verdict, String text, Optional<String> mend) {
    enum Verdict {
        /** As it should be. */
        OK,
        /** Works, but less well or not for all. */
        NOTE,
        /** An edge, or a client, cannot work so. */
        WRONG
    }

    static Finding ok(String subject, String text) {
        return new Finding(subject, Verdict.OK, text, Optional.empty());
    }

    static Finding note(String subject, String text) {
        return new Finding(subject, Verdict.NOTE, text, Optional.empty());
    }

    static Finding wrong(String subject, String text) {
        return new Finding(subject, Verdict.WRONG, text, Optional.empty());
    }

    Finding mendedBy(String command) {
        return new Finding(subject, verdict, text, Optional.of(command));
    }
}
