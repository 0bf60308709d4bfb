package weft.client;

import java.io.IOException;
import java.nio.file.Path;

/** This device has a registration, which nothing overwrites. */
public final class AlreadyRegisteredException extends IOException {
    private static final long serialVersionUID = 1L;

    AlreadyRegisteredException(Path registration) {
        super("this device is registered already (" + registration + ")");
    }
}
