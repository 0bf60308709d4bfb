package weft.client;

import java.io.IOException;
import java.nio.file.Path;

/** There is no registration to connect with. */
public final class NotRegisteredException extends IOException {
    private static final long serialVersionUID = 1L;

    NotRegisteredException(Path registration) {
        super("this device is not registered (no " + registration + ")");
    }
}
