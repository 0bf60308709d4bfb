package weft.lab;

import java.nio.file.Files;
import java.time.Duration;
import java.util.List;

/** Debian's wireguard-go at both ends: the phone sends everything to the edge, the edge sends it on by NAT. */
final class StockTunnel {
    static final String EDGE_INNER = "10.9.0.1";
    static final String PHONE_INNER = "10.9.0.2";
    private static final String MARK = "51820";

    private StockTunnel() {}

    static void up(World world) {
        Host edge = world.host(Topology.EDGE);
        Host phone = world.host(Topology.PHONE);
        String edgeKey = edge.output("wg", "genkey");
        String phoneKey = phone.output("wg", "genkey");
        interfaceUp(edge);
        interfaceUp(phone);
        edge.feed(
                """
                [Interface]
                PrivateKey = %s
                ListenPort = 2408
                [Peer]
                PublicKey = %s
                AllowedIPs = %s/32, fd09::2/128
                """.formatted(edgeKey, publicKey(phone, phoneKey), PHONE_INNER), "wg", "setconf", "wg0", "/dev/stdin");
        phone.feed("""
                [Interface]
                PrivateKey = %s
                FwMark = %s
                [Peer]
                PublicKey = %s
                Endpoint = 203.0.113.1:2408
                AllowedIPs = 0.0.0.0/0, ::/0
                """.formatted(phoneKey, MARK, publicKey(edge, edgeKey)), "wg", "setconf", "wg0", "/dev/stdin");
        edge.batch(List.of(
                "link set wg0 addrgenmode none",
                "addr add " + EDGE_INNER + "/24 dev wg0",
                "addr add fd09::1/64 dev wg0 nodad",
                "link set wg0 up"));
        phone.batch(List.of(
                "link set wg0 addrgenmode none", // no router solicitations, which would keep NAT mappings alive
                "addr add " + PHONE_INNER + "/24 dev wg0",
                "addr add fd09::2/64 dev wg0 nodad",
                "link set wg0 up mtu 1420",
                "route add 0.0.0.0/0 dev wg0 table " + MARK,
                "route add ::/0 dev wg0 table " + MARK));
        for (String family : List.of("-4", "-6")) {
            phone.output("ip", family, "rule", "add", "not", "fwmark", MARK, "table", MARK);
            phone.output("ip", family, "rule", "add", "table", "main", "suppress_prefixlength", "0");
        }
        natOn(edge);
    }

    /** What WireGuard's apps do when the system tells them of another network: new sockets, bound to no interface. */
    static void networkChanged(Host phone) {
        phone.output("wg", "set", "wg0", "listen-port", "0");
    }

    private static void interfaceUp(Host host) {
        Daemon daemon = host.start("wireguard-go", List.of("wireguard-go", "--foreground", "wg0"));
        daemon.await(
                "to listen on its socket",
                () -> Files.exists(host.path("/run/wireguard/wg0.sock")),
                Duration.ofSeconds(10));
    }

    private static String publicKey(Host host, String privateKey) {
        return host.feed(privateKey, "wg", "pubkey");
    }

    private static void natOn(Host edge) {
        edge.output(
                "sh", "-ec", "echo 1 >/proc/sys/net/ipv4/ip_forward; echo 1 >/proc/sys/net/ipv6/conf/all/forwarding");
        edge.feed("""
                table inet edge {
                  chain postrouting {
                    type nat hook postrouting priority srcnat
                    ip saddr 10.9.0.0/24 oifname "router" masquerade
                    ip6 saddr fd09::/64 oifname "router" masquerade
                  }
                }
                """, "nft", "-f", "-");
    }
}
