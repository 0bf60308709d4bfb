package weft.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import weft.api.Device;
import weft.netio.Prefix;
import weft.wireguard.PublicKey;

/** An edge between a stock device and an Internet side, with real nftables. */
abstract class OneEdge {
    static final int PORT = 2408;
    static final int WEB = 80;
    static final String DEVICE4 = "100.96.0.17";
    static final String DEVICE6 = "fd77::17";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path directory;

    final TestDirectory registry = new TestDirectory();

    @SuppressWarnings("NullAway.Init") // set before each test
    Neighbourhood world;

    @SuppressWarnings("NullAway.Init") // set before each test
    PublicKey fleet;

    @SuppressWarnings("NullAway.Init") // set before each test
    StockPeer phone;

    @SuppressWarnings("NullAway.Init") // set before each test
    Device device;

    @BeforeEach
    void setUp() throws Exception {
        world = new Neighbourhood();
        Path key = directory.resolve("fleet.key");
        FleetKey.make(key);
        try (FleetKeys keys = FleetKey.read(key)) {
            fleet = keys.publicKey();
        }
        phone = new StockPeer(world, "wg");
        device = TestDirectory.device(phone.publicKey(), "phone", 17);
    }

    @AfterEach
    void tearDown() throws Exception {
        world.close();
    }

    EdgeConfig.Builder config() {
        return EdgeConfig.builder(directory.resolve("fleet.key"))
                .interfaceName("weft0")
                .inner6(Prefix.parse("fd77::/48"))
                .listen(List.of(
                        new InetSocketAddress(Neighbourhood.ANYCAST4, PORT),
                        new InetSocketAddress(Neighbourhood.ANYCAST6, PORT)));
    }

    Edge start(EdgeConfig config) throws Exception {
        return world.keep(world.within("edge", () -> Edge.start(config, registry)));
    }

    void connect() throws IOException {
        connect(Neighbourhood.ANYCAST4);
    }

    void connect(InetAddress anycast) throws IOException {
        phone.connect(fleet, anycast, PORT, DEVICE4, DEVICE6);
    }

    String ask(InetAddress server) throws Exception {
        InetAddress own = InetAddress.ofLiteral(server instanceof Inet4Address ? DEVICE4 : DEVICE6);
        return world.ask("device", own, server, WEB);
    }

    static void eventually(BooleanSupplier holds) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    boolean asks(InetAddress server) {
        try {
            return !ask(server).isEmpty();
        } catch (Exception e) {
            return false;
        }
    }
}
