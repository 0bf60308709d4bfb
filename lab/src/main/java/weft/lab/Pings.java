package weft.lab;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Pings that go on beside something else; afterwards they tell how long nothing came back. */
public final class Pings implements AutoCloseable {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final Daemon ping;

    /** @param interval in seconds, as ping takes it */
    public static Pings begin(Host from, String to, String interval) {
        return new Pings(from.start(
                "ping-" + NUMBER.incrementAndGet(), List.of("stdbuf", "-oL", "ping", "-n", "-D", "-i", interval, to)));
    }

    private Pings(Daemon ping) {
        this.ping = ping;
    }

    public int answered() {
        return (int)
                ping.log().lines().filter(line -> line.contains("bytes from")).count();
    }

    /** How many between the first and the last answered one have no answer. */
    public int lost() {
        int[] answered = ping.log()
                .lines()
                .filter(line -> line.contains("bytes from"))
                .mapToInt(line -> Integer.parseInt(line.replaceFirst(".*icmp_seq=(\\d+).*", "$1")))
                .distinct()
                .sorted()
                .toArray();
        return answered.length == 0 ? 0 : answered[answered.length - 1] - answered[0] + 1 - answered.length;
    }

    /** The longest time between two answers. */
    public Duration longestGap() {
        double last = 0;
        double longest = 0;
        for (String line :
                ping.log().lines().filter(line -> line.contains("bytes from")).toList()) {
            double at = Double.parseDouble(line.substring(1, line.indexOf(']')));
            longest = last == 0 ? 0 : Math.max(longest, at - last);
            last = at;
        }
        return Duration.ofNanos((long) (longest * 1e9));
    }

    @Override
    public void close() {
        ping.close();
    }
}
