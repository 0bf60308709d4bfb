package weft.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import weft.lab.Cities;
import weft.lab.Daemon;
import weft.lab.Fleet;
import weft.lab.Host;
import weft.lab.Subnet;
import weft.lab.Topology;
import weft.lab.Website;
import weft.lab.World;

/**
 * A city of two edges, a phone and four more devices, and a machine that floods one of the edges from 198.18.0.0/15. The machine gets what the
 * flood draws, and counts it.
 */
final class FloodedCity implements AutoCloseable {
    static final List<String> EDGES = List.of("a1", "a2");
    private static final List<String> NEWCOMERS = List.of("laptop1", "laptop2", "tablet1", "tablet2");
    static final String WEB = "198.51.100.4";
    static final String ANYCAST = Cities.ANYCAST.getFirst().getHostAddress();
    static final int PORT = 2408;

    /** Where nobody reads what comes, and no connection is tracked, as on the tunnel's port. */
    static final int DISCARD = 9;

    private static final String ATTACKER = Cities.CONTROL;
    private static final String SOURCES = "198.18.0.0/15";
    private static final String STEERED = "200";
    private static final Pattern COUNTED = Pattern.compile("packets (\\d+) bytes (\\d+)");
    private static final Pattern RATE =
            Pattern.compile("\"sum_received\":\\s*\\{[^}]*\"bits_per_second\":\\s*([0-9.e+]+)");

    /** Who it claims to be: one source with one port, or all of 198.18.0.0/15 with any port. */
    enum Sources {
        ONE("198.18.0.1", "32", "4000"),
        MANY("198.18.0.0", "15", "0");

        private final String address;
        private final String bits;
        private final String port;

        Sources(String address, String bits, String port) {
            this.address = address;
            this.bits = bits;
            this.port = port;
        }
    }

    /** What passed the flooding machine's cable: packets and bytes from the IP header on. */
    record Count(long packets, long bytes) {}

    final World world;
    final Fleet fleet;
    private final String flood;
    private final List<String> ours = new ArrayList<>(NEWCOMERS.subList(0, 2));
    private final List<String> stock = new ArrayList<>(NEWCOMERS.subList(2, 4));
    private int lastPort = 20_000;

    FloodedCity(Path directory) throws IOException, InterruptedException {
        flood = directory.resolve("flood").toString();
        Process gcc = new ProcessBuilder("gcc", "-O2", "-Wall", "-Werror", "-o", flood, "src/test/c/flood.c")
                .inheritIO()
                .start();
        if (gcc.waitFor() != 0) {
            throw new IOException("flood.c does not compile");
        }
        world = World.raise(topology());
        Website.start(world, 2 << 20);
        fleet = Fleet.start(world, List.of(WeftProgram.optimized()));
        fleet.openRegistration();
        world.host(Topology.INTERNET).output("ip", "route", "add", SOURCES, "via", "192.0.2.22");
        router().output("ip", "rule", "add", "from", SOURCES, "lookup", STEERED);
        attacker().feed("""
                table inet count {
                  counter sent { }
                  counter drawn { }
                  chain out { type filter hook output priority filter; ip saddr %1$s counter name sent; }
                  chain in { type filter hook prerouting priority filter; ip daddr %1$s counter name drawn drop; }
                }
                """.formatted(SOURCES), "nft", "-f", "-");
        for (String edge : EDGES) {
            world.host(edge).feed("""
                    table inet discard {
                      chain untracked { type filter hook prerouting priority raw; udp dport %d notrack; }
                    }
                    """.formatted(DISCARD), "nft", "-f", "-");
            world.host(edge)
                    .start(
                            "discard",
                            List.of(
                                    "python3",
                                    "-c",
                                    "import socket, time\n"
                                            + "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
                                            + "s.bind(('', " + DISCARD + "))\n"
                                            + "time.sleep(3600)"));
        }
    }

    private static Topology topology() {
        Topology city = Cities.of(EDGES.size(), 0, 1600, Duration.ofSeconds(30));
        List<Topology.Node> nodes = new ArrayList<>(city.nodes());
        List<Topology.Link> links = new ArrayList<>(city.links());
        int number = 2;
        for (String device : NEWCOMERS) {
            nodes.add(new Topology.Node(device, List.of(), List.of(), Optional.empty()));
            links.add(new Topology.Link(
                    device,
                    Topology.WIFI,
                    List.of(Subnet.of("192.168." + number++ + ".0/24")),
                    Topology.Link.USUAL_MTU));
        }
        return new Topology(nodes, links, city.names());
    }

    /** Hosts that are not online yet, for our client. */
    List<String> ourDevices() {
        return ours;
    }

    /** The same for stock ones. */
    List<String> stockDevices() {
        return stock;
    }

    private Host attacker() {
        return world.host(ATTACKER);
    }

    private Host router() {
        return world.host(Cities.router("a"));
    }

    /** The edge whose address the Internet sees. */
    String holder(String device) {
        String page = world.host(device)
                .output("curl", "-4", "-sS", "--fail", "--max-time", "5", "http://" + Topology.V4_NAME + "/");
        InetAddress seen = Website.client(Topology.V4_NAME, page);
        return EDGES.stream()
                .filter(edge -> world.topology().addresses(edge).contains(seen))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the website saw no edge"));
    }

    private String address(String edge) {
        return world.topology().addresses(edge).getFirst().getHostAddress();
    }

    /** What is sent from the flooding machine to the anycast address comes to this edge. */
    void aimAt(String edge) {
        router().output("ip", "route", "replace", ANYCAST, "via", address(edge), "table", STEERED);
    }

    String publicKey() {
        return attacker().output("sh", "-c", "wg pubkey </run/weft/fleet.key");
    }

    /** Goes on for so many seconds. */
    Daemon flood(byte[] datagrams, int size, Sources from, String to, int port, int rate, double seconds) {
        String name = "forgeries-" + Integer.toHexString(Arrays.hashCode(datagrams));
        attacker().write("/run/" + name, datagrams);
        List<String> command = new ArrayList<>(List.of(flood, "/run/" + name, Integer.toString(size)));
        command.addAll(List.of(from.address, from.bits, from.port));
        command.addAll(List.of(to, Integer.toString(port), Integer.toString(rate), Double.toString(seconds)));
        return attacker().start("flood-" + new Random().nextInt(1 << 30), command);
    }

    /** The same, to a socket on the same machine that nobody reads. */
    Daemon discarded(String edge, byte[] datagrams, int size, Sources from, int rate, double seconds) {
        return flood(datagrams, size, from, address(edge), DISCARD, rate, seconds);
    }

    /**
     * Megabits a second of one TCP stream through the device's tunnel. Each has a server of its own, for one that goes on is
     * not ready at once.
     */
    double throughput(String device, int seconds, boolean down) {
        String port = Integer.toString(++lastPort);
        Daemon server = world.host(Topology.WEB)
                .start("iperf3-" + port, List.of("iperf3", "-s", "-1", "--forceflush", "-B", WEB, "-p", port));
        server.await("to listen", () -> server.log().contains("listening"), Duration.ofSeconds(10));
        List<String> command =
                new ArrayList<>(List.of("iperf3", "-c", WEB, "-p", port, "-J", "-t", Integer.toString(seconds)));
        if (down) {
            command.add("-R");
        }
        Host.Result result = world.host(device).run(command);
        if (!result.ok()) {
            throw new AssertionError("iperf3 says " + result.output() + result.errors() + server.log());
        }
        String report = result.output();
        server.close();
        Matcher rate = RATE.matcher(report);
        if (!rate.find()) {
            throw new AssertionError("iperf3 says " + report);
        }
        return Double.parseDouble(rate.group(1)) / 1e6;
    }

    Count sent() {
        return counted("sent");
    }

    Count drawn() {
        return counted("drawn");
    }

    private Count counted(String counter) {
        Matcher count = COUNTED.matcher(attacker().output("nft", "list", "counter", "inet", "count", counter));
        if (!count.find()) {
            throw new AssertionError("no counter " + counter);
        }
        return new Count(Long.parseLong(count.group(1)), Long.parseLong(count.group(2)));
    }

    @Override
    public void close() {
        world.close();
    }
}
