package weft.edge;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import weft.api.DeviceKey;
import weft.wireguard.PrivateKey;
import weft.wireguard.PublicKey;

/** Debian's wireguard-go as a device: everything goes into the tunnel, whatever the edge says about that. */
final class StockPeer {
    private static final long PATIENCE_SECONDS = 10;

    /** A routing table for packets that have an inner source: those to the edge's outer addresses too. */
    private static final String TUNNEL_ONLY = "77";

    private final Neighbourhood world;
    private final String interfaceName;
    private final PrivateKey key = privateKey();

    StockPeer(Neighbourhood world, String suffix) throws IOException, InterruptedException {
        this.world = world;
        interfaceName = world.unique(suffix);
        Process process = world.start("device", "wireguard-go", "-f", interfaceName);
        Path socket = Path.of("/var/run/wireguard", interfaceName + ".sock");
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!Files.exists(socket)) {
            if (System.nanoTime() > deadline || !process.isAlive()) {
                throw new IOException("wireguard-go did not start");
            }
            Thread.sleep(20);
        }
    }

    private static PrivateKey privateKey() {
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        return new PrivateKey(random);
    }

    DeviceKey publicKey() {
        return DeviceKey.of(FleetKey.publicKey(key).bytes());
    }

    String interfaceName() {
        return interfaceName;
    }

    void connect(PublicKey fleet, InetAddress edge, int port, String inner4, String inner6) throws IOException {
        String host = edge.getAddress().length == 4 ? edge.getHostAddress() : "[" + edge.getHostAddress() + "]";
        Path config = Files.createTempFile(
                "weft-test",
                ".conf",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(config, """
                [Interface]
                PrivateKey = %s
                [Peer]
                PublicKey = %s
                AllowedIPs = 0.0.0.0/0, ::/0
                Endpoint = %s:%d
                """.formatted(Base64.getEncoder().encodeToString(key.bytes()), fleet, host, port));
        world.in("device", "wg", "setconf", interfaceName, config.toString());
        Files.delete(config);
        address(inner4 + "/32");
        address(inner6 + "/128");
        world.in("device", "ip", "link", "set", interfaceName, "mtu", "1420", "up");
        world.in("device", "ip", "route", "add", "default", "dev", interfaceName);
        world.in("device", "ip", "-6", "route", "add", "default", "dev", interfaceName);
        world.in("device", "ip", "route", "add", "default", "dev", interfaceName, "table", TUNNEL_ONLY);
        world.in("device", "ip", "-6", "route", "add", "default", "dev", interfaceName, "table", TUNNEL_ONLY);
        world.in("device", "ip", "rule", "add", "from", inner4, "lookup", TUNNEL_ONLY);
        world.in("device", "ip", "-6", "rule", "add", "from", inner6, "lookup", TUNNEL_ONLY);
    }

    /** Adds an address, its own or a lie; one that is still being looked for elsewhere could not be used at once. */
    void address(String address) throws IOException {
        List<String> add = new ArrayList<>(List.of("ip", "address", "add", address, "dev", interfaceName));
        if (address.contains(":")) {
            add.add("nodad");
        }
        world.in("device", add.toArray(String[]::new));
    }
}
