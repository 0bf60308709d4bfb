package weft.cli;

/** Something that the user can mend: the message says what it is and which command comes next. */
final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CommandException(String message) {
        super(message);
    }
}
