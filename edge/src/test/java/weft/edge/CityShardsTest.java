package weft.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import weft.api.DeviceKey;
import weft.netio.Prefix;
import weft.netio.Tun;
import weft.tunnel.PeerSetup;
import weft.tunnel.Tunnel;
import weft.wireguard.AllowedIp;
import weft.wireguard.PrivateKey;
import weft.wireguard.PublicKey;

/** Two edges of one city that have different numbers of shards. The network brings all that devices send to the first. */
@Timeout(120)
class CityShardsTest {
    private static final int DEVICES = 10;
    private static final int FIRST_ID = 40;
    private static final int ECHO = 7;
    private static final int BURST = 10;
    private static final int PATIENCE_MILLIS = 2_000;

    private static final InetSocketAddress SERVER = new InetSocketAddress(Neighbourhood.SERVER4, ECHO);

    private record Device(Tunnel tunnel, DatagramSocket application) {
        void burst(int datagrams, int bytes) throws IOException {
            for (int i = 0; i < datagrams; i++) {
                application.send(new DatagramPacket(new byte[bytes], bytes, SERVER));
            }
        }

        int answers(int expected) throws IOException {
            for (int i = 0; i < expected; i++) {
                try {
                    application.receive(new DatagramPacket(new byte[1500], 1500));
                } catch (SocketTimeoutException lost) {
                    return i;
                }
            }
            return expected;
        }
    }

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    private final TestDirectory registry = new TestDirectory();
    private final List<Device> devices = new ArrayList<>();
    private final List<Edge> edges = new ArrayList<>();

    @SuppressWarnings("NullAway.Init") // set before each test
    private Neighbourhood world;

    @SuppressWarnings("NullAway.Init") // set before each test
    private PublicKey fleet;

    @BeforeEach
    void setUp() throws Exception {
        world = new Neighbourhood();
        world.secondEdge();
        FleetKey.make(directory.resolve("fleet.key"));
        SecretFiles.makeFleetSecret(directory.resolve("fleet.secret"));
        try (FleetKeys keys = FleetKey.read(directory.resolve("fleet.key"))) {
            fleet = keys.publicKey();
        }
        DatagramSocket echo = world.within("server", () -> new DatagramSocket(ECHO));
        Thread.ofVirtual().start(() -> sendBack(echo));
    }

    @AfterEach
    void tearDown() throws Exception {
        devices.forEach(device -> {
            device.application.close();
            device.tunnel.close();
        });
        world.close();
    }

    private static void sendBack(DatagramSocket echo) {
        DatagramPacket packet = new DatagramPacket(new byte[1500], 1500);
        try (echo) {
            echo.setSoTimeout(60_000);
            while (true) {
                packet.setLength(1500);
                echo.receive(packet);
                echo.send(packet);
            }
        } catch (IOException ended) {
            assertThat(ended).isNotNull();
        }
    }

    private Edge start(String machine, String name, int shards) throws Exception {
        EdgeConfig config = EdgeConfig.builder(directory.resolve("fleet.key"))
                .inner6(Prefix.parse("fd77::/48"))
                .listen(List.of(new InetSocketAddress(Neighbourhood.ANYCAST4, 2408)))
                .shards(shards)
                .city(new CityConfig(
                        name, directory.resolve("fleet.secret"), new Members(), directory.resolve(name + ".sock")))
                .build();
        Edge edge = world.keep(world.within(machine, () -> Edge.start(config, registry)));
        edges.add(edge);
        return edge;
    }

    /** A list that never changes. */
    private record Members() implements MemberSource {
        @Override
        public Watch watch(Consumer<List<EdgeMember>> listener) {
            return new Watch() {
                @Override
                public List<EdgeMember> first() {
                    return List.of(member("a1", "172.16.6.1"), member("a2", "172.16.6.2"));
                }

                @Override
                public void close() {}
            };
        }

        private static EdgeMember member(String name, String address) {
            return new EdgeMember(name, "a", 1, List.of(InetAddress.ofLiteral(address)), false);
        }
    }

    private Device device(int id) throws Exception {
        PrivateKey key = new PrivateKey(seed(id));
        registry.put(TestDirectory.device(DeviceKey.of(FleetKey.publicKey(key).bytes()), "device-" + id, id));
        String name = "d" + id;
        String inner = "100.96.0." + id;
        Tunnel tunnel = world.within(
                "device",
                () -> Tunnel.builder().tun(Tun.open(name, true)).port(0).start());
        world.in("device", "ip", "address", "add", inner + "/32", "dev", name);
        world.in("device", "ip", "link", "set", name, "mtu", "1420", "up");
        String table = String.valueOf(1_000 + id);
        world.in("device", "ip", "route", "add", "default", "dev", name, "table", table);
        world.in("device", "ip", "rule", "add", "from", inner, "lookup", table);
        tunnel.privateKey(key);
        tunnel.put(PeerSetup.of(fleet, List.of(AllowedIp.parse("0.0.0.0/0")))
                .withReserved(id)
                .withEndpoint(new InetSocketAddress(Neighbourhood.ANYCAST4, 2408)));
        DatagramSocket application = world.within(
                "device", () -> new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral(inner), 0)));
        application.setSoTimeout(PATIENCE_MILLIS);
        Device device = new Device(tunnel, application);
        devices.add(device);
        return device;
    }

    private static byte[] seed(int id) {
        byte[] bytes = new byte[32];
        bytes[5] = (byte) id;
        return bytes;
    }

    @Test
    void whatEdgesPassOnComesToItsShardAndASecondEdgesSessionsAreTakenOver() throws Exception {
        Edge first = start("edge", "a1", 2);
        Edge second = start("second", "a2", 4);
        for (int id = FIRST_ID; id < FIRST_ID + DEVICES; id++) {
            assertThat(answeredAtLast(device(id))).as(this::losses).isTrue();
        }
        for (int round = 0; round < 5; round++) {
            for (Device device : devices) {
                assertThat(answeredAtLast(device)).as(this::losses).isTrue();
            }
        }
        assertThat(first.status().sessions()).isPositive();
        assertThat(second.status().sessions()).isPositive();
        assertThat(second.status().betweenEdges().get(FleetCount.RECEIVED)).isPositive();
        assertThat(List.of(first.status().betweenShards(), second.status().betweenShards()))
                .containsExactly(0L, 0L);
        mixedTrains();
        System.out.printf(
                "%d of %d datagrams from the other edge came in one message with another shard's%n",
                second.status().betweenShards(), second.status().betweenEdges().get(FleetCount.RECEIVED));
        assertThat(second.status().betweenShards()).isPositive();

        edges.remove(second);
        second.close();
        for (Device device : devices) {
            assertThat(answeredAtLast(device)).as(this::losses).isTrue();
        }
        assertThat(first.status().sessions()).isEqualTo(DEVICES);
        assertThat(first.status().betweenEdges().get(FleetCount.TAKEN_OVER)).isPositive();
        mixedTrains();
    }

    private static boolean answeredAtLast(Device device) throws IOException {
        for (int i = 0; i < 8; i++) {
            device.burst(1, 100);
            if (device.answers(1) == 1) {
                return true;
            }
        }
        return false;
    }

    /**
     * The network holds everything back and lets it go at once, all of one length: the first edge puts datagrams of several
     * devices into one message for the second.
     */
    private void mixedTrains() throws Exception {
        for (int round = 0; round < 3; round++) {
            limit("replace", "8kbit", "2000");
            for (Device device : devices) {
                device.burst(BURST, 300);
            }
            Thread.sleep(50);
            limit("change", "10gbit", "1000000");
            for (Device device : devices) {
                device.burst(1, 300);
            }
            for (Device device : devices) {
                assertThat(device.answers(BURST + 1)).as(this::losses).isEqualTo(BURST + 1);
            }
        }
        world.in("device", "tc", "qdisc", "del", "dev", "to-edge", "root");
    }

    private String losses() {
        return edges.stream()
                .map(edge -> edge.status().drops() + " " + edge.status().betweenEdges())
                .collect(Collectors.joining("; "));
    }

    private void limit(String change, String rate, String bytesAtOnce) throws IOException {
        String bucket = "tc qdisc " + change + " dev to-edge root tbf rate " + rate + " burst " + bytesAtOnce;
        world.in("device", (bucket + " limit 1000000").split(" ", -1));
    }
}
