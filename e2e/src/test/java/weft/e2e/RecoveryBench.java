package weft.e2e;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import weft.lab.Cities;
import weft.lab.Daemon;
import weft.lab.Fleet;
import weft.lab.Host;
import weft.lab.NextHops;
import weft.lab.Topology;
import weft.lab.Website;
import weft.lab.World;

/**
 * bench/recovery: an edge of a city of four is killed with SIGKILL, over and over, and each time the edge that has the device's
 * session. A line on standard output for each kill: what was measured, and the milliseconds to the first inner packet that is
 * back at the device. Arguments: {@code ours} or {@code stock}, kills, kills of owner and second together.
 */
public final class RecoveryBench implements AutoCloseable {
    private static final List<String> EDGES = List.of("a1", "a2", "a3", "a4");
    private static final String WEB = "198.51.100.4";
    private static final String INTERVAL = "0.01";
    private static final Duration SETTLE = Duration.ofSeconds(2);
    private static final Duration BEFORE = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int PORT = 9_999;

    /** In seconds. Edges notice a death after three heartbeats of 50 ms: a shorter pause is a busy machine's, and not the end. */
    private static final double SILENCE = 0.1;

    /** An edge sends to the device all the time, whether it has the session or not: what it has not goes nowhere. */
    private static final String SENDER = """
            import socket, sys, time
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            while True:
                try:
                    s.sendto(b'inner', (sys.argv[1], %d))
                except OSError:
                    pass
                time.sleep(%s)
            """.formatted(PORT, INTERVAL);

    private final World world = World.raise(Cities.of(EDGES.size(), 0, 1600, Duration.ofSeconds(30)));
    private final Fleet fleet;
    private final NextHops hops;
    private int number;

    private RecoveryBench(Phone kind) {
        Website.start(world, 2 << 20);
        fleet = Fleet.start(world, List.of(WeftProgram.optimized()));
        hops = NextHops.watch(world, Cities.router("a"), Cities.ANYCAST);
        fleet.openRegistration();
        kind.connect(world, fleet);
        phone().feed("""
                table inet silent {
                  chain out { type filter hook output priority 0; icmp type destination-unreachable drop; }
                }
                """, "nft", "-f", "-");
    }

    public static void main(String[] arguments) throws InterruptedException {
        Phone kind = Phone.valueOf(arguments[0].toUpperCase(Locale.ROOT));
        int kills = Integer.parseInt(arguments[1]);
        int pairs = Integer.parseInt(arguments[2]);
        try (RecoveryBench bench = new RecoveryBench(kind)) {
            String last = "";
            for (int i = 0; i < kills; i++) {
                last = bench.holder();
                bench.say("ping", i, kills, bench.kill(List.of(last), false));
            }
            for (int i = 0; i < kills; i++) {
                last = bench.holder();
                bench.say("silent", i, kills, bench.kill(List.of(last), true));
            }
            for (int i = 0; i < pairs; i++) {
                // Who had the session before keeps the record of who has it now: both own the device's bucket.
                bench.say("both", i, pairs, bench.kill(List.of(bench.holder(), last), false));
                last = bench.holder();
                bench.kill(List.of(last), false);
            }
        }
    }

    private void say(String what, int i, int of, double millis) {
        System.out.println(what + " " + millis);
        System.err.printf("%s %d of %d: %.0f ms%n", what, i + 1, of, millis);
    }

    private Host phone() {
        return world.host(Topology.PHONE);
    }

    /** The edge whose address the Internet sees. */
    private String holder() {
        String page =
                phone().output("curl", "-4", "-sS", "--fail", "--max-time", "30", "http://" + Topology.V4_NAME + "/");
        return EDGES.stream()
                .filter(edge -> world.topology().addresses(edge).contains(Website.client(Topology.V4_NAME, page)))
                .findFirst()
                .orElseThrow();
    }

    /** Kills edges at once, measures, and starts them again. */
    private double kill(List<String> victims, boolean silent) throws InterruptedException {
        List<Daemon> helpers = silent ? listen() : ping();
        Thread.sleep(BEFORE);
        double killed = Instant.now().toEpochMilli() / 1e3;
        victims.forEach(victim -> fleet.edge(victim).kill());
        double back = await(helpers.getFirst(), killed);
        helpers.forEach(Daemon::close);
        for (String victim : victims) {
            fleet.startEdge(victim);
        }
        Thread.sleep(SETTLE);
        return (back - killed) * 1e3;
    }

    private List<Daemon> ping() {
        return List.of(
                phone().start("bench-" + ++number, List.of("stdbuf", "-oL", "ping", "-n", "-D", "-i", INTERVAL, WEB)));
    }

    private List<Daemon> listen() {
        String inner = phone().output("ip", "-4", "-o", "address")
                .lines()
                .filter(line -> line.contains("inet 100.96."))
                .map(line -> line.replaceAll(".*inet ([0-9.]+).*", "$1"))
                .findFirst()
                .orElseThrow();
        List<Daemon> helpers = new ArrayList<>();
        helpers.add(phone().start(
                        "bench-" + ++number,
                        List.of(
                                "tcpdump",
                                "-l",
                                "-n",
                                "-tt",
                                "-i",
                                "any",
                                "udp",
                                "dst",
                                "port",
                                Integer.toString(PORT))));
        for (String edge : EDGES) {
            helpers.add(world.host(edge).start("bench-" + ++number, List.of("python3", "-c", SENDER, inner)));
        }
        return helpers;
    }

    /** When the packet came that ended the silence which the death began: one that was under way at that moment does not. */
    private static double await(Daemon listener, double killed) throws InterruptedException {
        Instant deadline = Instant.now().plus(PATIENCE);
        while (Instant.now().isBefore(deadline)) {
            Thread.sleep(200);
            double last = killed;
            for (double time : times(listener.log())) {
                if (time > killed && time - last > SILENCE) {
                    Thread.sleep(300);
                    return time;
                }
                last = Math.max(last, time);
            }
        }
        throw new IllegalStateException("no inner packet came back within " + PATIENCE.toSeconds() + " s");
    }

    /** Of ping -D and tcpdump -tt alike, in seconds since 1970. */
    private static List<Double> times(String log) {
        return log.lines()
                .filter(line -> line.contains("bytes from") || line.contains("." + PORT + ":"))
                .map(line -> Double.parseDouble(line.replaceAll("^\\[?([0-9]+\\.[0-9]+)\\]? .*", "$1")))
                .toList();
    }

    @Override
    public void close() {
        hops.close();
        world.close();
    }
}
