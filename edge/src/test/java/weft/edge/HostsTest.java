package weft.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import weft.netio.Prefix;
import weft.wireguard.PublicKey;

/** The edge on hosts that lack an address family, or stand behind a port forward. */
@Timeout(120)
class HostsTest {
    private static final int PORT = 2408;
    private static final int WEB = 80;
    private static final int BULK_BYTES = 20_000_000;
    private static final InetAddress INNER4 = InetAddress.ofLiteral("100.96.0.17");
    private static final InetAddress INNER6 = InetAddress.ofLiteral("fd77::17");

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    private final TestDirectory registry = new TestDirectory();

    @SuppressWarnings("NullAway.Init") // set before each test
    private Neighbourhood world;

    @SuppressWarnings("NullAway.Init") // set before each test
    private StockPeer phone;

    @BeforeEach
    void setUp() throws Exception {
        world = new Neighbourhood();
        phone = new StockPeer(world, "wg");
        registry.put(TestDirectory.device(phone.publicKey(), "phone", 17));
        world.whoAmI("server", WEB);
    }

    @AfterEach
    void tearDown() throws Exception {
        world.close();
    }

    private Edge start(InetAddress listen) throws Exception {
        Path key = directory.resolve("fleet.key");
        FleetKey.make(key);
        EdgeConfig config = EdgeConfig.builder(key)
                .inner6(Prefix.parse("fd77::/48"))
                .listen(List.of(new InetSocketAddress(listen, PORT)))
                .build();
        return world.keep(world.within("edge", () -> Edge.start(config, registry)));
    }

    private void connect(InetAddress edge, int port) throws IOException {
        PublicKey fleet;
        try (FleetKeys keys = FleetKey.read(directory.resolve("fleet.key"))) {
            fleet = keys.publicKey();
        }
        phone.connect(fleet, edge, port, INNER4.getHostAddress(), INNER6.getHostAddress());
    }

    @Test
    void anEdgeWithoutIpv6ServesIpv4AndSaysSo() throws Exception {
        for (String scope : List.of("all", "default")) {
            world.in("edge", "sysctl", "-q", "-w", "net.ipv6.conf." + scope + ".disable_ipv6=1");
        }
        Edge edge = start(InetAddress.ofLiteral("::")); // a dual-stack socket, as without a configured address
        connect(Neighbourhood.ANYCAST4, PORT);
        assertThat(world.ask("device", INNER4, Neighbourhood.SERVER4, WEB)).isEqualTo("203.0.113.1");
        assertThat(edge.describe()).contains("no IPv6").doesNotContain("no IPv4");
    }

    @Test
    void anEdgeWithoutIpv4ServesIpv6AndSaysSo() throws Exception {
        for (String link : List.of("to-device", "to-server", "lo")) {
            world.in("edge", "ip", "-4", "address", "flush", "dev", link);
        }
        Edge edge = start(InetAddress.ofLiteral("::"));
        connect(Neighbourhood.ANYCAST6, PORT);
        assertThat(InetAddress.ofLiteral(world.ask("device", INNER6, Neighbourhood.SERVER6, WEB)))
                .isEqualTo(Neighbourhood.EDGE6);
        assertThat(edge.describe()).contains("no IPv4").doesNotContain("no IPv6");
    }

    @Test
    void anEdgeWithBothFamiliesMissesNone() throws Exception {
        assertThat(start(InetAddress.ofLiteral("::")).describe()).doesNotContain("no IPv");
    }

    @Test
    void behindAPortForwardDataFlowsAndTheDeviceRoamsWithoutAHandshake() throws Exception {
        world.portForward();
        start(InetAddress.ofLiteral("0.0.0.0"));
        connect(InetAddress.ofLiteral("198.51.101.1"), 4500); // announced; it listens on 172.16.5.2:2408
        assertThat(download()).as("before the move").isEqualTo(BULK_BYTES);
        String handshake = world.in("device", "wg", "show", phone.interfaceName(), "latest-handshakes");
        world.in("device", "ip", "address", "del", "198.51.101.2/24", "dev", "to-router");
        world.in("device", "ip", "address", "add", "198.51.101.3/24", "dev", "to-router");
        // wireguard-go holds on to a source address until its socket is bound anew
        world.in("device", "wg", "set", phone.interfaceName(), "listen-port", "51999");
        assertThat(download()).as("after the move").isEqualTo(BULK_BYTES);
        assertThat(world.in("device", "wg", "show", phone.interfaceName(), "latest-handshakes"))
                .isEqualTo(handshake);
    }

    /** The bytes of one connection through the tunnel. */
    private long download() throws Exception {
        try (ServerSocket server =
                world.within("server", () -> new ServerSocket(0, 1, InetAddress.ofLiteral("0.0.0.0")))) {
            Thread.ofVirtual().start(() -> send(server));
            return world.within("device", () -> {
                try (Socket socket = new Socket()) {
                    socket.bind(new InetSocketAddress(INNER4, 0));
                    socket.setSoTimeout(10_000);
                    socket.connect(new InetSocketAddress(Neighbourhood.SERVER4, server.getLocalPort()), 10_000);
                    return (long) socket.getInputStream().readAllBytes().length;
                }
            });
        }
    }

    private static void send(ServerSocket server) {
        try (Socket visitor = server.accept()) {
            visitor.getOutputStream().write(new byte[BULK_BYTES]);
        } catch (IOException cut) {
            // the reader counts too few bytes
        }
    }
}
