package weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet4Address;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import weft.lab.Cities;
import weft.lab.Daemon;
import weft.lab.Host;

/** When a router's routes to the anycast addresses change, by the kernel's own word. */
final class RouteChanges implements AutoCloseable {
    private final Daemon monitor;

    RouteChanges(Host router) {
        monitor = router.start("route-monitor", List.of("stdbuf", "-oL", "ip", "-ts", "monitor", "route"));
    }

    /** From then until the routes of both families have changed for the first time. */
    Duration after(Instant then) {
        Duration longest = Duration.ZERO;
        for (var anycast : Cities.ANYCAST) {
            String prefix = anycast instanceof Inet4Address ? "203.0.113.1 " : "2001:db8:1::1 ";
            Instant first = monitor.log().lines()
                    .filter(line -> line.startsWith("[") && line.contains("] ") && line.contains(prefix))
                    .map(RouteChanges::at)
                    .filter(at -> !at.isBefore(then))
                    .findFirst()
                    .orElse(null);
            assertThat(first).as("a change of the routes to " + prefix).isNotNull();
            Duration taken = Duration.between(then, first);
            longest = taken.compareTo(longest) > 0 ? taken : longest;
        }
        return longest;
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
