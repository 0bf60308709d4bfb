package weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import weft.lab.Cities;
import weft.lab.Fleet;
import weft.lab.FleetSetup;
import weft.lab.NextHops;
import weft.lab.Pings;
import weft.lab.Topology;
import weft.lab.Website;
import weft.lab.World;

/**
 * Every key and nonce by which any edge of a fleet seals, for devices or for other edges, while edges are killed, cut off,
 * drained and started again, and devices are led to another city: none comes twice. (Handshakes are not among
 * them: each of their keys is made for one message.)
 */
@Timeout(600)
class NoncesOfAFleetTest {
    private static final List<String> EDGES = List.of("a1", "a2", "a3", "b1");
    private static final String WEB = "198.51.100.4";

    /** REKEY_TIMEOUT: edges begin a handshake with one device no more often. */
    private static final Duration BETWEEN_HANDSHAKES = Duration.ofSeconds(5);

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    @Test
    @Tag("full")
    void noKeyIsEverUsedTwiceWithTheSameNonce() throws IOException, InterruptedException {
        sealThroughTrouble(1);
    }

    @Test
    @Tag("full")
    void norInALongTime() throws IOException, InterruptedException {
        sealThroughTrouble(10);
    }

    private void sealThroughTrouble(int rounds) throws IOException, InterruptedException {
        Path agent = directory.resolve("agent.jar");
        NonceAgent.jar(agent);
        try (World world = World.raise(Cities.of(3, 1, 1600, Duration.ofSeconds(30)))) {
            Website.start(world, 2 << 20);
            Fleet fleet = Fleet.start(
                    world,
                    List.of(WeftProgram.command()),
                    FleetSetup.byFile().with("JAVA_TOOL_OPTIONS=-javaagent:" + agent + "=/run/log"));
            try (NextHops near = NextHops.watch(world, Cities.router("a"), Cities.ANYCAST);
                    NextHops far = NextHops.watch(world, Cities.router("b"), Cities.ANYCAST)) {
                assertThat(near.living()).hasSize(3);
                assertThat(far.living()).hasSize(1);
                fleet.openRegistration();
                Phone.OURS.connect(world, fleet, Topology.PHONE);
                Phone.STOCK.connect(world, fleet, Topology.LAPTOP);
                try (Pings one = Pings.begin(world.host(Topology.PHONE), WEB, "0.01");
                        Pings other = Pings.begin(world.host(Topology.LAPTOP), WEB, "0.01")) {
                    for (int i = 0; i < rounds; i++) {
                        trouble(world, fleet, i % 2 == 0 ? "b" : "a");
                    }
                    assertThat(one.answered()).isGreaterThan(100);
                    assertThat(other.answered()).isGreaterThan(100);
                }
            }
            noPairComesTwice(world, 2 * rounds);
        }
    }

    /** @param city where the devices' packets are led at the end */
    private static void trouble(World world, Fleet fleet, String city) throws InterruptedException {
        world.rebind(Topology.WIFI);
        fleet.edge("a1").kill();
        Thread.sleep(1_000);
        fleet.startEdge("a1");
        fleet.drainAndWait("a2", "1s");
        fleet.undrain("a2");
        world.cut("a3");
        Thread.sleep(1_000);
        fleet.edge("a1").kill();
        world.mend("a3");
        fleet.startEdge("a1");
        world.lead(Topology.INTERNET, Cities.ANYCAST, Cities.router(city));
        Thread.sleep(BETWEEN_HANDSHAKES);
    }

    private static void noPairComesTwice(World world, int restarts) throws IOException {
        Set<NonceLog.Pair> seen = new HashSet<>();
        List<String> twice = new ArrayList<>();
        Map<Long, Integer> sealsByKey = new HashMap<>();
        List<Path> logs = new ArrayList<>();
        for (String edge : EDGES) {
            try (Stream<Path> files = Files.list(world.host(edge).path("/run/log"))) {
                files.filter(file -> file.getFileName().toString().startsWith(NonceLog.PREFIX))
                        .forEach(logs::add);
            }
        }
        for (Path log : logs) {
            NonceLog.read(log, pair -> {
                sealsByKey.merge(pair.key(), 1, Integer::sum);
                if (!seen.add(pair)) {
                    twice.add(log + ": " + pair);
                }
            });
        }
        System.out.printf(
                "%d edges' processes sealed %d times by %d keys, %d nonces came twice%n",
                logs.size(), seen.size() + twice.size(), sealsByKey.size(), twice.size());
        assertThat(logs).hasSize(EDGES.size() + restarts);
        assertThat(seen).hasSizeGreaterThan(1_000);
        assertThat(sealsByKey)
                .as("sessions, and each edge's key for the others")
                .hasSizeGreaterThan(2 * EDGES.size());
        assertThat(twice).isEmpty();
    }

    @Test
    void whatIsSealedTwiceIsFound() throws IOException {
        NonceLog log = NonceLog.create(directory.resolve(NonceLog.PREFIX + 1));
        byte[] key = new byte[32];
        log.add(NonceLog.hash(key), 7);
        log.add(NonceLog.hash(key), 8);
        key[0] = 1;
        log.add(NonceLog.hash(key), 7);
        List<NonceLog.Pair> pairs = new ArrayList<>();
        NonceLog.read(directory.resolve(NonceLog.PREFIX + 1), pairs::add);
        assertThat(pairs).hasSize(3).doesNotHaveDuplicates();
        log.add(NonceLog.hash(key), 7);
        pairs.clear();
        NonceLog.read(directory.resolve(NonceLog.PREFIX + 1), pairs::add);
        assertThat(Set.copyOf(pairs)).hasSize(3);
        assertThat(pairs).hasSize(4);
    }
}
