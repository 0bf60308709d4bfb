package weft.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import weft.api.Device;
import weft.netio.Prefix;
import weft.tunnel.Drop;
import weft.wireguard.PublicKey;

/** Packets from inside the tunnel whose addresses no socket would give them: written straight onto the device's interface. */
@Timeout(120)
class OddAddressesTest {
    private static final String DEVICE = "100.96.0.17";
    private static final String SERVER = "203.0.113.2";

    /** Arguments: interface, port, then SOURCE,DESTINATION pairs; each datagram says its pair. */
    private static final String SEND = """
            import socket, struct, sys
            wire = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0800))
            wire.bind((sys.argv[1], 0x0800))
            for pair in sys.argv[3:]:
                source, destination = map(socket.inet_aton, pair.split(','))
                said = pair.encode()
                udp = struct.pack('!HHHH', 40000, int(sys.argv[2]), 8 + len(said), 0) + said
                head = struct.pack('!BBHHHBBH', 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0) + source + destination
                total = sum(struct.unpack('!10H', head))
                while total > 0xffff:
                    total = (total & 0xffff) + (total >> 16)
                wire.send(head[:10] + struct.pack('!H', 0xffff - total) + head[12:] + udp)
            """;

    private static final List<String> GROUPS = List.of("224.0.0.1", "224.0.0.251", "239.1.2.3");
    private static final List<String> CLOSED = Stream.concat(
                    GROUPS.stream(),
                    Stream.of(
                            "255.255.255.255",
                            "203.0.113.255", // broadcast on the edge's networks
                            "198.51.100.255",
                            "10.9.0.255",
                            "169.254.9.9", // link-local, behind the edge
                            "169.254.77.1", // and the edge's own
                            "169.254.77.255"))
            .toList();

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    private final TestDirectory registry = new TestDirectory();

    @SuppressWarnings("NullAway.Init") // set before each test
    private Neighbourhood world;

    @SuppressWarnings("NullAway.Init") // set before each test
    private StockPeer phone;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Device device;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Edge edge;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Ears atEdge;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Ears atServer;

    @BeforeEach
    void setUp() throws Exception {
        world = new Neighbourhood();
        world.behindTheEdge("169.254.9.9");
        world.in("edge", "ip", "address", "add", "169.254.77.1/24", "brd", "+", "dev", "to-server");
        Path key = directory.resolve("fleet.key");
        FleetKey.make(key);
        phone = new StockPeer(world, "wg");
        device = TestDirectory.device(phone.publicKey(), "phone", 17);
        registry.put(device);
        EdgeConfig config = EdgeConfig.builder(key)
                .inner6(Prefix.parse("fd77::/48"))
                .listen(List.of(new InetSocketAddress(Neighbourhood.ANYCAST4, 2408)))
                .openings(CLOSED.stream()
                        .map(address ->
                                new Opening(new Opening.Who.Group("staff"), Prefix.parse(address + "/32"), List.of()))
                        .toList())
                .build();
        edge = world.keep(world.within("edge", () -> Edge.start(config, registry)));
        atEdge = Ears.open(world, "edge", "weft0", GROUPS);
        atServer = Ears.open(world, "server", "to-edge", GROUPS);
        PublicKey fleet;
        try (FleetKeys keys = FleetKey.read(key)) {
            fleet = keys.publicKey();
        }
        phone.connect(fleet, Neighbourhood.ANYCAST4, 2408, DEVICE, "fd77::17");
        assertThat(arrivesAmong(List.of())).as("an honest packet").isTrue();
    }

    @AfterEach
    void tearDown() throws Exception {
        atEdge.close();
        atServer.close();
        world.close();
    }

    @Test
    void linkLocalMulticastAndBroadcastDestinationsAreClosedUnlessTheyAreOpened() throws Exception {
        List<String> pairs =
                CLOSED.stream().map(destination -> DEVICE + "," + destination).toList();
        assertThat(arrivesAmong(pairs)).isTrue();
        assertThat(heard()).doesNotContainAnyElementsOf(pairs);
        registry.put(TestDirectory.inGroup(device, "staff"));
        long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (!heard().containsAll(pairs) && System.nanoTime() < deadline) {
            arrivesAmong(pairs);
        }
        assertThat(heard()).as("once opened").containsAll(pairs);
    }

    @Test
    void aSourceThatIsLinkLocalMulticastLoopbackOrBroadcastIsDropped() throws Exception {
        List<String> pairs = Stream.of(
                        "169.254.7.7",
                        "169.254.169.254",
                        "169.254.77.1", // the edge's own
                        "224.0.0.1",
                        "239.1.2.3",
                        "127.0.0.1",
                        "127.0.0.53",
                        "255.255.255.255",
                        "203.0.113.255",
                        "100.111.255.255",
                        "0.0.0.0",
                        "240.0.0.1")
                .flatMap(source -> Stream.of(source + "," + SERVER, source + ",100.96.0.1", source + ",127.0.0.1"))
                .toList();
        assertThat(arrivesAmong(pairs)).isTrue();
        assertThat(heard()).doesNotContainAnyElementsOf(pairs);
        assertThat(edge.status().drops().get(Drop.WRONG_SOURCE)).isGreaterThanOrEqualTo(pairs.size());
    }

    /** Sends these, then one that must pass; when that is there, they have been judged. */
    private boolean arrivesAmong(List<String> pairs) throws Exception {
        List<String> all =
                new ArrayList<>(List.of("python3", "-c", SEND, phone.interfaceName(), Integer.toString(Ears.PORT)));
        all.addAll(pairs);
        String honest = DEVICE + "," + SERVER;
        all.add(honest);
        world.in("device", all.toArray(String[]::new));
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!atServer.heard().contains(honest) && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        Thread.sleep(100); // for those who listen at the edge
        return atServer.heard().contains(honest);
    }

    private Set<String> heard() {
        Set<String> all = new HashSet<>(atEdge.heard());
        all.addAll(atServer.heard());
        return all;
    }
}
