package weft.client;

import java.nio.file.Path;

/** A daemon in a process of its own, which a test may kill. */
final class DaemonMain {
    private DaemonMain() {}

    public static void main(String[] arguments) throws Exception {
        try (Daemon daemon = Daemon.start(new StateDirectory(Path.of(arguments[0])), Connection.Settings.standard())) {
            daemon.await();
        }
    }
}
