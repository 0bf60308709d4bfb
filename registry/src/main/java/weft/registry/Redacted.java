package weft.registry;

/** A failure as the log may show it: what and where, but no message, since a database's messages quote rows. */
final class Redacted extends Exception {
    private static final long serialVersionUID = 1;

    private Redacted(String type, Redacted cause) {
        super(type, cause);
    }

    private Redacted(String type) {
        super(type);
    }

    static Redacted of(Throwable failure) {
        String type = failure.getClass().getName();
        Throwable cause = failure.getCause();
        Redacted redacted = cause == null ? new Redacted(type) : new Redacted(type, of(cause));
        redacted.setStackTrace(failure.getStackTrace());
        return redacted;
    }
}
