package weft.api;

import java.util.Arrays;
import java.util.Optional;

/** Why the registry refused: the code and HTTP status on the wire, and what its caller should do next. */
public enum Problem {
    MALFORMED(1001, 400, "correct the request"),
    BAD_KEY(1002, 400, "make a new key: `weft registration new`"),
    KEY_IN_USE(1003, 409, "make a new key: `weft registration new`"),
    UNAUTHORIZED(1004, 401, "register again: `weft join INVITE`"),
    CLOSED(1005, 403, "ask an admin for an invite (`weft registry invite`), then run `weft join INVITE`"),
    BAD_INVITE(1006, 403, "ask an admin for a new invite (`weft registry invite`)"),
    TOO_MANY(1007, 429, "wait a minute, then try again"),
    NOT_FOUND(1008, 404, "check the id"),
    BAD_METHOD(1009, 405, "check the method and the path"),
    TOO_LARGE(1010, 413, "send a smaller request"),
    BAD_LICENSE(1011, 400, "copy the license again, or ask an admin for one (`weft registry account create`)"),
    FULL(1012, 503, "ask an admin to delete devices or widen the inner prefix"),
    INTERNAL(1013, 500, "look at the registry's log"),
    ENDING(1014, 503, "try again when the registry is back");

    private final int code;
    private final int status;
    private final String advice;

    Problem(int code, int status, String advice) {
        this.code = code;
        this.status = status;
        this.advice = advice;
    }

    public static Optional<Problem> ofCode(int code) {
        return Arrays.stream(values()).filter(problem -> problem.code == code).findFirst();
    }

    public int code() {
        return code;
    }

    /** HTTP status. */
    public int status() {
        return status;
    }

    /** What to do next, for people. */
    public String advice() {
        return advice;
    }
}
