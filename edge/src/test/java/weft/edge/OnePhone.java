package weft.edge;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import weft.netio.Prefix;
import weft.wireguard.PublicKey;

/** A registered phone and the edge that it is served by, with nothing special about either. */
final class OnePhone {
    private static final int PORT = 2408;
    private static final int WEB = 80;

    private final Neighbourhood world;
    private final Path key;
    private final StockPeer phone;
    private final TestDirectory registry = new TestDirectory();

    /** @param directory where the fleet's key is made */
    OnePhone(Neighbourhood world, Path directory) throws Exception {
        this.world = world;
        key = directory.resolve("fleet.key");
        FleetKey.make(key);
        phone = new StockPeer(world, "wg");
        registry.put(TestDirectory.device(phone.publicKey(), "phone", 17));
        world.whoAmI("server", WEB);
    }

    Edge startEdge() throws Exception {
        EdgeConfig config = EdgeConfig.builder(key)
                .inner6(Prefix.parse("fd77::/48"))
                .listen(List.of(new InetSocketAddress(Neighbourhood.ANYCAST4, PORT)))
                .build();
        return world.within("edge", () -> Edge.start(config, registry));
    }

    void connect() throws IOException {
        PublicKey fleet;
        try (FleetKeys keys = FleetKey.read(key)) {
            fleet = keys.publicKey();
        }
        phone.connect(fleet, Neighbourhood.ANYCAST4, PORT, "100.96.0.17", "fd77::17");
    }

    /** Whether it reaches the Internet side over both families. */
    boolean isServed() throws Exception {
        try {
            return !world.ask("device", Neighbourhood.SERVER4, WEB).isEmpty()
                    && !world.ask("device", Neighbourhood.SERVER6, WEB).isEmpty();
        } catch (IOException cut) {
            return false;
        }
    }

    boolean isServedWithin(long seconds) throws Exception {
        long deadline = System.nanoTime() + seconds * 1_000_000_000;
        while (!isServed()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
        }
        return true;
    }
}
