package weft.api;

import java.io.IOException;
import java.util.Optional;

/** The registry answered, and refused. Its message carries the registry's code and text, and what to do next. */
public final class RegistryException extends IOException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final int code;

    RegistryException(int status, int code, String text) {
        super("the registry refused: " + text + " (code " + code + ", HTTP " + status + "). Next: "
                + Problem.ofCode(code).map(Problem::advice).orElse("check the registry's address"));
        this.status = status;
        this.code = code;
    }

    /** HTTP status. */
    public int status() {
        return status;
    }

    /** The code on the wire; 0 if the answer was not in the registry's own error form. */
    public int code() {
        return code;
    }

    public Optional<Problem> problem() {
        return Problem.ofCode(code);
    }
}
