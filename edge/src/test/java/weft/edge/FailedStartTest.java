package weft.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import weft.api.Device;
import weft.api.DeviceChange;
import weft.api.DeviceDirectory;
import weft.api.DeviceKey;
import weft.api.KeyUses;
import weft.netio.Prefix;

/** An edge of a fleet that cannot start leaves nothing behind, and starts once it can. Counts what the whole program has. */
@Isolated
@Timeout(60)
class FailedStartTest {
    private static final int PORT = 2408;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Neighbourhood world;

    @BeforeEach
    void setUp() throws Exception {
        world = new Neighbourhood();
        world.secondEdge();
        FleetKey.make(directory.resolve("fleet.key"));
        SecretFiles.makeFleetSecret(directory.resolve("fleet.secret"));
        start(new TestDirectory()).close(); // what is opened once for the whole program is
    }

    @AfterEach
    void tearDown() throws Exception {
        world.close();
    }

    private Edge start(DeviceDirectory registry) throws Exception {
        EdgeConfig config = EdgeConfig.builder(directory.resolve("fleet.key"))
                .inner6(Prefix.parse("fd77::/48"))
                .listen(List.of(new InetSocketAddress(Neighbourhood.ANYCAST4, PORT)))
                .shards(2)
                .city(new CityConfig(
                        "a1", directory.resolve("fleet.secret"), Alone::new, directory.resolve("edge.sock")))
                .build();
        return world.within("edge", () -> Edge.start(config, registry));
    }

    private record Alone(Consumer<List<EdgeMember>> listener) implements MemberSource.Watch {
        @Override
        public List<EdgeMember> first() {
            return List.of(new EdgeMember("a1", "a", 1, List.of(InetAddress.ofLiteral("172.16.6.1")), false));
        }

        @Override
        public void close() {}
    }

    private record Unwatched() implements DeviceDirectory {
        @Override
        public Optional<Device> byKey(DeviceKey publicKey) {
            return Optional.empty();
        }

        @Override
        public List<Device> byClientId(int clientId) {
            return List.of();
        }

        @Override
        public void keyUses(KeyUses uses) {}

        @Override
        public Watch watch(Consumer<DeviceChange> listener) {
            throw new IllegalStateException("for the test");
        }

        @Override
        public void close() {}
    }

    private static Set<String> descriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.map(Path::getFileName).map(Path::toString).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread ->
                        thread.getName().startsWith("a1-") || thread.getName().startsWith("weft"))
                .map(thread -> thread.getName() + " " + thread.threadId())
                .toList();
    }

    /** A look at a file may be under way on a thread that nobody waits for. */
    private static void awaitNoMoreThan(Set<String> before) throws Exception {
        long deadline = System.nanoTime() + 2_000_000_000L;
        while (!before.containsAll(descriptors()) && System.nanoTime() < deadline) {
            Thread.sleep(20);
        }
        assertThat(before).containsAll(descriptors());
    }

    private void leavesNothing(DeviceDirectory registry, Class<? extends Exception> why) throws Exception {
        Set<String> before = descriptors();
        List<String> running = threads();
        assertThatThrownBy(() -> start(registry)).isInstanceOf(why);
        assertThat(running).containsAll(threads());
        awaitNoMoreThan(before);
        assertThat(directory.resolve("edge.sock")).doesNotExist();
    }

    /** The JVM opens some things of its own, once, when they are first needed. */
    private void warmUp() throws Exception {
        start(new TestDirectory()).close();
    }

    @Test
    void whereItsPortIsInUse() throws Exception {
        warmUp();
        try (DatagramSocket _ = world.within("edge", () -> new DatagramSocket(PORT))) {
            leavesNothing(new TestDirectory(), IOException.class);
        }
        start(new TestDirectory()).close();
    }

    @Test
    void whereTheRegistryFailsWhenTheTunnelRunsAlready() throws Exception {
        warmUp();
        leavesNothing(new Unwatched(), IllegalStateException.class);
        start(new TestDirectory()).close();
    }
}
