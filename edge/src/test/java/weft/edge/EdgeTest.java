package weft.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import weft.api.Device;
import weft.api.DeviceChange;
import weft.netio.Prefix;
import weft.netio.Sysctl;
import weft.tunnel.Drop;
import weft.wireguard.PrivateKey;
import weft.wireguard.PublicKey;

/** An edge as it runs, between a stock device and an Internet side, with real nftables. */
@Timeout(120)
class EdgeTest {
    private static final int PORT = 2408;
    private static final int WEB = 80;
    private static final String DEVICE4 = "100.96.0.17";
    private static final String DEVICE6 = "fd77::17";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    private final TestDirectory registry = new TestDirectory();

    @SuppressWarnings("NullAway.Init") // set before each test
    private Neighbourhood world;

    @SuppressWarnings("NullAway.Init") // set before each test
    private PublicKey fleet;

    @SuppressWarnings("NullAway.Init") // set before each test
    private StockPeer phone;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Device device;

    @BeforeEach
    void setUp() throws Exception {
        world = new Neighbourhood();
        Path key = directory.resolve("fleet.key");
        FleetKey.make(key);
        try (PrivateKey secret = FleetKey.read(key)) {
            fleet = FleetKey.publicKey(secret);
        }
        phone = new StockPeer(world, "wg");
        device = TestDirectory.device(phone.publicKey(), "phone", 17);
    }

    @AfterEach
    void tearDown() throws Exception {
        world.close();
    }

    private EdgeConfig.Builder config() {
        return EdgeConfig.builder(directory.resolve("fleet.key"))
                .interfaceName("weft0")
                .inner6(Prefix.parse("fd77::/48"))
                .listen(List.of(
                        new InetSocketAddress(Neighbourhood.ANYCAST4, PORT),
                        new InetSocketAddress(Neighbourhood.ANYCAST6, PORT)));
    }

    private Edge start(EdgeConfig config) throws Exception {
        return world.keep(world.within("edge", () -> Edge.start(config, registry)));
    }

    private void connect() throws IOException {
        connect(Neighbourhood.ANYCAST4);
    }

    private void connect(InetAddress anycast) throws IOException {
        phone.connect(fleet, anycast, PORT, DEVICE4, DEVICE6);
    }

    private String ask(InetAddress server) throws Exception {
        InetAddress own = InetAddress.ofLiteral(server instanceof Inet4Address ? DEVICE4 : DEVICE6);
        return world.ask("device", own, server, WEB);
    }

    private static void eventually(BooleanSupplier holds) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    @Test
    void aRegisteredDeviceReachesTheInternetWithTheEdgesAddress() throws Exception {
        registry.put(device);
        world.whoAmI("server", WEB);
        Edge edge = start(config().build());
        connect();
        assertThat(ask(Neighbourhood.SERVER4)).isEqualTo(Neighbourhood.EDGE4.getHostAddress());
        assertThat(InetAddress.ofLiteral(ask(Neighbourhood.SERVER6))).isEqualTo(Neighbourhood.EDGE6);
        assertThat(edge.status().sessions()).isEqualTo(1);
        assertThat(edge.status().devices()).isEqualTo(1);
    }

    @Test
    void theTunnelRunsOverIpv6AsWell() throws Exception {
        registry.put(device);
        world.whoAmI("server", WEB);
        start(config().build());
        connect(Neighbourhood.ANYCAST6);
        assertThat(ask(Neighbourhood.SERVER4)).isEqualTo(Neighbourhood.EDGE4.getHostAddress());
    }

    @Test
    void anUnknownDeviceIsRefusedAndWelcomeAsSoonAsItIsRegistered() throws Exception {
        world.whoAmI("server", WEB);
        Edge edge = start(config().build());
        connect();
        assertThatThrownBy(() -> ask(Neighbourhood.SERVER4)).isInstanceOf(IOException.class);
        assertThat(edge.status().devices()).isZero();
        registry.put(device);
        eventually(() -> asks(Neighbourhood.SERVER4));
    }

    private boolean asks(InetAddress server) {
        try {
            return !ask(server).isEmpty();
        } catch (Exception e) {
            return false;
        }
    }

    @Test
    void aDeviceThatIsDisabledLosesItsSessionAtOnce() throws Exception {
        registry.put(device);
        world.whoAmI("server", WEB);
        Edge edge = start(config().build());
        connect();
        ask(Neighbourhood.SERVER4);
        registry.put(TestDirectory.enabled(device, false));
        eventually(() -> edge.status().devices() == 0);
        assertThatThrownBy(() -> ask(Neighbourhood.SERVER4)).isInstanceOf(IOException.class);
    }

    @Test
    void sessionsOutliveTheRegistry() throws Exception {
        registry.put(device);
        world.whoAmI("server", WEB);
        Edge edge = start(config().build());
        connect();
        ask(Neighbourhood.SERVER4);
        registry.away = true;
        registry.tell(new DeviceChange.Everything());
        Thread.sleep(300);
        assertThat(edge.status().sessions()).isEqualTo(1);
        assertThat(ask(Neighbourhood.SERVER4)).isNotEmpty();
    }

    @Test
    void whatIsNotTheInternetIsClosedToDevicesAndSaysSoAtOnce() throws Exception {
        registry.put(device);
        world.whoAmI("server", WEB);
        world.whoAmI("edge", WEB);
        start(config().build());
        connect();
        assertThat(ask(Neighbourhood.SERVER4)).isNotEmpty();
        for (String closed : List.of(
                "10.9.0.2", // a private network behind the edge
                "fd09::2",
                "169.254.169.254", // metadata
                "100.96.0.1", // the edge itself, by every one of its addresses
                "fd77::1",
                "192.0.2.1",
                "2001:db8::1",
                "203.0.113.1",
                "198.51.100.1",
                "2001:db8:2::1",
                "10.9.0.1",
                "100.96.0.18", // another device
                "fd77::18",
                "2002:a09:2::1", // 10.9.0.2 in disguise
                "64:ff9b::a09:2")) {
            long begun = System.nanoTime();
            assertThat(asks(InetAddress.ofLiteral(closed))).as(closed).isFalse();
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).as(closed).isLessThan(Duration.ofSeconds(2));
        }
        assertThat(world.in("device", "ping", "-c1", "-W2", "100.96.0.1")).contains("1 received");
        assertThat(world.in("device", "ping", "-c1", "-W2", "fd77::1")).contains("1 received");
    }

    /** A router's BGP would take a device for the edge, since packets come from the edge's address. */
    @ParameterizedTest
    @ValueSource(strings = {"203.0.113.2", "2001:db8:2::2"})
    void aRouterInFrontIsClosedToDevices(String router) throws Exception {
        registry.put(device);
        world.whoAmI("server", WEB);
        start(config().routers(List.of(InetAddress.ofLiteral(router))).build());
        connect();
        for (InetAddress server : List.of(Neighbourhood.SERVER4, Neighbourhood.SERVER6)) {
            assertThat(asks(server)).isEqualTo(!server.equals(InetAddress.ofLiteral(router)));
        }
    }

    /** Each of them answers once it is opened, so a closed one is closed by the edge and by nothing else. */
    @Test
    void whatIsClosedIsReachedByTheGroupThatItIsOpenedForAndNobodyElse() throws Exception {
        List<String> there = List.of(
                "10.77.0.2",
                "172.16.9.2",
                "192.168.9.2",
                "100.64.0.9", // behind a carrier's NAT
                "169.254.170.2", // metadata
                "168.63.129.16",
                "198.18.0.9",
                "240.0.0.9",
                "fd42::2",
                "fd00:ec2::254", // metadata
                "2002:a09:2::1", // 10.9.0.2 as 6to4
                "64:ff9b::a09:2", // and as NAT64
                "fec0::9");
        for (String address : there) {
            world.behindTheEdge(address);
        }
        registry.put(device);
        world.whoAmI("server", WEB);
        List<Opening> openings = there.stream()
                .map(address -> new Opening(
                        new Opening.Who.Group("staff"),
                        Prefix.parse(address + (address.contains(":") ? "/128" : "/32")),
                        List.of()))
                .toList();
        start(config().openings(openings).build());
        connect();
        assertThat(ask(Neighbourhood.SERVER4)).isNotEmpty();
        assertThat(there).noneMatch(address -> asks(InetAddress.ofLiteral(address)));
        registry.put(TestDirectory.inGroup(device, "staff"));
        eventually(() -> asks(InetAddress.ofLiteral(there.getFirst())));
        assertThat(there).allMatch(address -> asks(InetAddress.ofLiteral(address)));
    }

    @Test
    void anOpeningForOneDeviceIsClosedToEveryOther() throws Exception {
        registry.put(device);
        world.whoAmI("server", WEB);
        start(config().openings(List.of(new Opening(
                        new Opening.Who.OneDevice("somebody-else"), Prefix.parse("10.9.0.0/24"), List.of())))
                .build());
        connect();
        assertThat(ask(Neighbourhood.SERVER4)).isNotEmpty();
        assertThat(asks(InetAddress.ofLiteral("10.9.0.2"))).isFalse();
    }

    @Test
    void aLieAboutTheSourceIsDroppedOverIpv6Too() throws Exception {
        registry.put(device);
        world.whoAmI("server", WEB);
        Edge edge = start(config().build());
        connect();
        ask(Neighbourhood.SERVER6);
        List<String> lies = List.of(
                "fd77::18", // another device
                "fd77::1", // the edge
                "2001:db8:2::77", // outside
                "fd09::7", // private
                "fe80::77"); // link-local
        for (String lie : lies) {
            phone.address(lie + "/128");
            assertThatThrownBy(() -> world.in("device", "ping", "-c1", "-W1", "-I", lie, "2001:db8:2::2"))
                    .as(lie)
                    .isInstanceOf(IOException.class);
        }
        assertThat(edge.status().drops().get(Drop.WRONG_SOURCE)).isGreaterThanOrEqualTo(lies.size());
    }

    @Test
    void aLieAboutTheSourceIsDropped() throws Exception {
        registry.put(device);
        world.whoAmI("server", WEB);
        Edge edge = start(config().build());
        connect();
        ask(Neighbourhood.SERVER4);
        for (String lie : List.of("100.96.0.18", "10.9.0.7", "203.0.113.77", "100.96.0.1")) {
            phone.address(lie + "/32");
            assertThatThrownBy(() -> world.in("device", "ping", "-c1", "-W1", "-I", lie, "203.0.113.2"))
                    .as(lie)
                    .isInstanceOf(IOException.class);
        }
        assertThat(edge.status().drops().get(Drop.WRONG_SOURCE)).isGreaterThanOrEqualTo(4);
    }

    @Test
    void anOpeningLetsItsGroupInAndNobodyElse() throws Exception {
        registry.put(device);
        world.whoAmI("server", WEB);
        world.whoAmI("server", 81);
        start(config().openings(List.of(new Opening(
                        new Opening.Who.Group("staff"),
                        Prefix.parse("10.9.0.0/24"),
                        List.of(Opening.Ports.parse("tcp/80")))))
                .build());
        connect();
        InetAddress inside = InetAddress.ofLiteral("10.9.0.2");
        ask(Neighbourhood.SERVER4);
        assertThatThrownBy(() -> ask(inside)).isInstanceOf(IOException.class);
        registry.put(TestDirectory.inGroup(device, "staff"));
        eventually(() -> asks(inside));
        assertThat(ask(inside)).isEqualTo("10.9.0.1");
        assertThatThrownBy(() -> world.ask("device", inside, 81)).isInstanceOf(IOException.class);
        registry.put(TestDirectory.inGroup(device, "guests"));
        eventually(() -> !asks(inside));
    }

    @Test
    void nobodyOutsideOpensAConnectionIntoTheTunnel() throws Exception {
        registry.put(device);
        world.whoAmI("server", WEB);
        world.whoAmI("device", WEB);
        start(config().build());
        connect();
        ask(Neighbourhood.SERVER4);
        world.in("server", "ip", "route", "add", DEVICE4, "via", "203.0.113.1");
        assertThatThrownBy(() -> world.ask("server", InetAddress.ofLiteral(DEVICE4), WEB))
                .isInstanceOf(IOException.class);
        assertThat(world.ask("edge", InetAddress.ofLiteral(DEVICE4), WEB)).isEqualTo("100.96.0.1");
    }

    @Test
    void segmentsAreClampedToTheTunnelsMtu() throws Exception {
        registry.put(device);
        world.whoAmI("server", WEB);
        start(config().mtu(1380).build());
        connect(); // the device believes in an MTU of 1420
        for (InetAddress server : List.of(Neighbourhood.SERVER4, Neighbourhood.SERVER6)) {
            boolean v4 = server.getAddress().length == 4;
            Process capture = world.start(
                    "server",
                    "tcpdump",
                    "-l",
                    "-n",
                    "-c1",
                    "-i",
                    "to-edge",
                    v4 ? "ip" : "ip6",
                    "and",
                    "tcp",
                    "dst",
                    "port",
                    "80");
            Process atDevice = world.start(
                    "device", "tcpdump", "-l", "-n", "-c1", "-i", phone.interfaceName(), "tcp", "src", "port", "80");
            Thread.sleep(1_500);
            ask(server);
            int expected = v4 ? 1340 : 1320;
            assertThat(new String(capture.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("mss " + expected);
            assertThat(new String(atDevice.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("mss " + expected);
        }
    }

    @Test
    void theMachineIsAsItWasAfterTheEdgeHasClosed() throws Exception {
        registry.put(device);
        world.in(
                "edge",
                "nft",
                "add table inet mine; add chain inet mine guard { type filter hook forward priority 0; policy drop; }");
        String before = machine();
        Edge edge = world.within("edge", () -> Edge.start(config().build(), registry));
        assertThat(machine()).isNotEqualTo(before);
        edge.close();
        assertThat(machine()).isEqualTo(before);
    }

    private String machine() throws Exception {
        StringBuilder state = new StringBuilder(world.in("edge", "nft", "list", "ruleset"));
        state.append(world.in("edge", "ip", "address"))
                .append(world.in("edge", "ip", "route"))
                .append(world.in("edge", "ip", "-6", "route"));
        return world.within("edge", () -> {
            for (String setting : List.of(
                    "net/ipv4/ip_forward",
                    "net/ipv4/conf/to-server/forwarding",
                    "net/ipv6/conf/all/forwarding",
                    "net/ipv6/conf/to-server/accept_ra")) {
                state.append(setting).append('=').append(Sysctl.read(setting)).append('\n');
            }
            return state.toString();
        });
    }

    @Test
    void aTableThatACrashLeftBehindIsReplaced() throws Exception {
        registry.put(device);
        world.whoAmI("server", WEB);
        world.in(
                "edge",
                "nft",
                "add table inet weft_weft0; add chain inet weft_weft0 old { type filter hook forward priority 0; policy drop; }");
        start(config().build());
        connect();
        assertThat(ask(Neighbourhood.SERVER4)).isNotEmpty();
    }
}
