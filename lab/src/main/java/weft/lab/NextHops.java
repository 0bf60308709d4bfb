package weft.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import weft.lab.Topology.Link;

/**
 * What a router with static multipath routes needs: it asks each next hop for the anycast address itself, thirty times a
 * second, and takes the ones that miss three answers out of the routes until they answer again. (The address is on a
 * device of the edge's process, so it falls silent with that, be the machine ever so well.)
 */
public final class NextHops implements AutoCloseable {
    private static final int MISSES = 3;
    private static final String INTERVAL = "0.03";

    private final Host router;
    private final List<InetAddress> anycast;
    private final Map<String, Link> edges = new LinkedHashMap<>();
    private final Set<String> dead = new HashSet<>();
    private final List<Process> probes = new ArrayList<>();

    private NextHops(World world, String router, List<InetAddress> anycast) {
        this.router = world.host(router);
        this.anycast = List.copyOf(anycast);
        world.topology().downlinks(router).stream()
                .filter(link -> world.topology().node(link.lower()).anycast().containsAll(anycast))
                .forEach(link -> edges.put(link.lower(), link));
    }

    /**
     * Begins to look after a router's routes to these addresses; all next hops count as alive until they miss answers.
     *
     * @param anycast the first one, of IPv4, is asked for
     */
    public static NextHops watch(World world, String router, List<InetAddress> anycast) {
        NextHops watch = new NextHops(world, router, anycast);
        watch.tables();
        watch.edges.keySet().forEach(watch::probe);
        return watch;
    }

    /** A probe leaves by its own edge's link, whatever the routes are. */
    private void tables() {
        List<String> lines = new ArrayList<>();
        int table = 100;
        for (Link link : edges.values()) {
            table++;
            lines.add(route("add", anycast.getFirst(), List.of(link)) + " dev " + link.lower() + " table " + table);
            lines.add("rule add oif " + link.lower() + " lookup " + table);
        }
        router.batch(lines);
    }

    private static String route(String verb, InetAddress address, List<Link> links) {
        return Plan.route(
                verb,
                Subnet.only(address),
                links.stream().map(link -> link.below(address)).toList());
    }

    private void probe(String edge) {
        try {
            Process ping = router.builder(List.of(
                            "ping",
                            "-n",
                            "-O",
                            "-i",
                            INTERVAL,
                            "-I",
                            edge,
                            anycast.getFirst().getHostAddress()))
                    .redirectErrorStream(true)
                    .start();
            probes.add(ping);
            Thread.ofVirtual().name("next hop " + edge).start(() -> read(edge, ping));
        } catch (IOException e) {
            throw new LabException("ping does not start: " + e.getMessage(), e);
        }
    }

    private void read(String edge, Process ping) {
        int missed = 0;
        try (BufferedReader lines = ping.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.contains("bytes from")) {
                    missed = 0;
                    answers(edge, true);
                } else if (line.contains("no answer yet") && ++missed == MISSES) {
                    answers(edge, false);
                }
            }
        } catch (IOException ended) {
            // closed
        }
    }

    private synchronized void answers(String edge, boolean alive) {
        if (!(alive ? dead.remove(edge) : dead.add(edge))) {
            return;
        }
        List<Link> living = edges.values().stream()
                .filter(link -> !dead.contains(link.lower()))
                .toList();
        if (!living.isEmpty()) {
            router.batch(anycast.stream()
                    .map(address -> route("replace", address, living))
                    .toList());
        }
    }

    /** The edges whose next hops are in the routes. */
    public synchronized List<String> living() {
        return edges.keySet().stream().filter(edge -> !dead.contains(edge)).toList();
    }

    @Override
    public void close() {
        for (Process ping : probes) {
            ping.descendants().forEach(ProcessHandle::destroyForcibly);
            ping.destroyForcibly();
        }
    }
}
