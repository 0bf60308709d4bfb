package weft.e2e;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import weft.lab.Daemon;
import weft.lab.Host;

/** When a router's routes to the anycast addresses change, by the kernel's own word. */
final class RouteChanges implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Daemon monitor;

    RouteChanges(Host router) {
        monitor = router.start("route-monitor", List.of("stdbuf", "-oL", "ip", "-ts", "monitor", "route"));
    }

    /** From then until the routes of both families have changed for the first time; waits for that. */
    Duration after(Instant then) {
        Duration longest = Duration.ZERO;
        for (String prefix : List.of("203.0.113.1 ", "2001:db8:1::1 ")) {
            monitor.await("to tell of " + prefix, () -> first(prefix, then).isPresent(), PATIENCE);
            Duration taken = Duration.between(then, first(prefix, then).orElseThrow());
            longest = taken.compareTo(longest) > 0 ? taken : longest;
        }
        return longest;
    }

    private Optional<Instant> first(String prefix, Instant then) {
        return monitor.log()
                .lines()
                .filter(line -> line.startsWith("[") && line.contains("] ") && line.contains(prefix))
                .map(RouteChanges::at)
                .filter(at -> !at.isBefore(then))
                .findFirst();
    }

    private static Instant at(String line) {
        return LocalDateTime.parse(line.substring(1, line.indexOf(']')))
                .atZone(ZoneId.systemDefault())
                .toInstant();
    }

    @Override
    public void close() {
        monitor.close();
    }
}
