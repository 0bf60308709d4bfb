package weft.api;

import java.util.List;
import java.util.Optional;

/** The consumer API's own error form. */
public record ErrorReply(Optional<String> result, boolean success, List<Entry> errors, List<String> messages) {
    public ErrorReply {
        errors = List.copyOf(errors);
        messages = List.copyOf(messages);
    }

    public static ErrorReply of(Problem problem, String message) {
        return new ErrorReply(Optional.empty(), false, List.of(new Entry(problem.code(), message)), List.of());
    }

    /**
     * @param code of a {@link Problem}
     * @param message for people
     */
    public record Entry(int code, String message) {}
}
