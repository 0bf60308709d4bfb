package weft.netio;

import java.io.IOException;

/** A system call failed; {@link #errno()} says how. */
public final class ErrnoException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int errno;

    /** @param action what was attempted, such as {@code "open /dev/net/tun"} */
    public ErrnoException(String action, int errno) {
        super(action + ": " + Errno.text(errno));
        this.errno = errno;
    }

    public int errno() {
        return errno;
    }
}
