package weft.e2e;

import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import weft.lab.Cities;
import weft.lab.Daemon;
import weft.lab.Fleet;
import weft.lab.Host;
import weft.lab.Topology;
import weft.lab.World;

/** A device of the lab, online through a fleet: by our own client, or by Debian's wireguard-go, which stands for all stock apps. */
enum Phone {
    OURS {
        @Override
        void connect(World world, Fleet fleet, String device) {
            fleet.connect(device);
        }

        @Override
        void networkChanged(World world) {
            // It hears of that from the kernel.
        }
    },
    STOCK {
        @Override
        void connect(World world, Fleet fleet, String device) {
            Host phone = world.host(device);
            String key = phone.output("wg", "genkey");
            JsonNode made = register(phone, phone.feed(key, "wg", "pubkey"));
            JsonNode inner = made.path("config").path("interface").path("addresses");
            Daemon daemon = phone.start("wireguard-go", List.of("wireguard-go", "--foreground", "wg0"));
            daemon.await(
                    "to listen on its socket",
                    () -> Files.exists(phone.path("/run/wireguard/wg0.sock")),
                    Duration.ofSeconds(20));
            phone.feed(
                    """
                    [Interface]
                    PrivateKey = %s
                    FwMark = %s
                    [Peer]
                    PublicKey = %s
                    Endpoint = 203.0.113.1:2408
                    AllowedIPs = 0.0.0.0/0, ::/0
                    """.formatted(
                                    key,
                                    MARK,
                                    made.path("config")
                                            .path("peers")
                                            .path(0)
                                            .path("public_key")
                                            .asString()),
                    "wg",
                    "setconf",
                    "wg0",
                    "/dev/stdin");
            for (String line : List.of(
                    "link set wg0 addrgenmode none",
                    "addr add " + inner.path("v4").asString() + "/32 dev wg0",
                    "addr add " + inner.path("v6").asString() + "/128 dev wg0 nodad",
                    "link set wg0 up mtu 1420",
                    "route add 0.0.0.0/0 dev wg0 table " + MARK,
                    "-6 route add ::/0 dev wg0 table " + MARK,
                    "rule add not fwmark " + MARK + " table " + MARK,
                    "rule add table main suppress_prefixlength 0",
                    "-6 rule add not fwmark " + MARK + " table " + MARK,
                    "-6 rule add table main suppress_prefixlength 0")) {
                phone.output(("ip " + line).split(" "));
            }
        }

        @Override
        void networkChanged(World world) {
            world.host(Topology.PHONE).output("wg", "set", "wg0", "listen-port", "0");
        }
    };

    private static final String MARK = "51820";

    /** Registers and connects a host of the world. */
    abstract void connect(World world, Fleet fleet, String device);

    void connect(World world, Fleet fleet) {
        connect(world, fleet, Topology.PHONE);
    }

    /** What WireGuard's apps do when the system tells them of another network: new sockets, bound to no interface. */
    abstract void networkChanged(World world);

    private static JsonNode register(Host phone, String publicKey) {
        String body = """
                {"key":"%s","install_id":"","fcm_token":"","tos":"2026-01-01T00:00:00.000Z","model":"stock",\
                "serial_number":"stock","locale":"en_US"}""".formatted(publicKey);
        String reply = phone.output(
                "curl",
                "-sS",
                "--fail-with-body",
                "-H",
                "Content-Type: application/json",
                "-d",
                body,
                "http://" + Cities.CONTROL_ADDRESS + ":8080/v0a2158/reg");
        return new JsonMapper().readTree(reply);
    }
}
