package weft.edge;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Debian's firewalld, with a system bus for it alone, in the edge's network namespace; as just installed, whatever this
 * machine's own is told. It sees a /run and an /etc/firewalld of its own and ends with the neighbourhood.
 */
final class Firewalld {
    private static final long PATIENCE_SECONDS = 60;
    private static final String START = """
            mount -t tmpfs tmpfs /run && mkdir /run/dbus && mount -t tmpfs tmpfs /etc/firewalld || exit 1
            dbus-daemon --system --nofork --nopidfile &
            bus=$!
            trap 'kill $bus $firewalld; wait' EXIT
            trap exit TERM
            until [ -S /run/dbus/system_bus_socket ]; do kill -0 $bus || exit 1; sleep 0.1; done
            firewalld --nofork --nopid --log-target console &
            firewalld=$!
            wait $firewalld
            """;

    private final Process process;

    Firewalld(Neighbourhood world) throws IOException, InterruptedException {
        process = world.start("edge", "unshare", "--mount", "--propagation", "private", "sh", "-c", START);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!isRunning()) {
            if (System.nanoTime() > deadline || !process.isAlive()) {
                throw new IOException("firewalld did not start");
            }
            Thread.sleep(100);
        }
    }

    private boolean isRunning() {
        try {
            return tell("--state").contains("running");
        } catch (IOException notYet) {
            return false;
        }
    }

    /** What {@code firewall-cmd} answers. */
    String tell(String... options) throws IOException {
        return run("firewall-cmd " + String.join(" ", options));
    }

    /** What a shell command prints where firewalld can be talked to. */
    String run(String command) throws IOException {
        return Command.run(
                List.of("nsenter", "--mount", "--net", "--target", Long.toString(process.pid()), "sh", "-c", command));
    }
}
