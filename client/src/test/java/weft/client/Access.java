package weft.client;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import weft.api.AccountType;
import weft.api.DeviceKey;
import weft.api.TunnelConfig;
import weft.netio.Namespaces;
import weft.wireguard.Crypto;
import weft.wireguard.PrivateKey;

/**
 * A phone with two access networks, and an edge that is Debian's wireguard-go: two network namespaces with two links
 * between them. What is behind the edge answers pings that came through the tunnel, and no others.
 *
 * <pre>
 * phone  e0 192.0.2.2     2001:db8:0::2 ── 192.0.2.1     2001:db8:0::1   edge  203.0.113.1, 2001:db8:e::1: WireGuard
 *        e1 198.51.100.2  2001:db8:1::2 ── 198.51.100.1  2001:db8:1::1         198.18.0.1, 2001:db8:f::1: behind it
 * </pre>
 */
final class Access {
    static final String EDGE4 = "203.0.113.1";
    static final String EDGE6 = "2001:db8:e::1";
    static final String FAR4 = "198.18.0.1";
    static final String FAR6 = "2001:db8:f::1";
    static final String INNER4 = "100.96.0.2";
    static final String INNER6 = "fd00:77::2";
    private static final int PORT = 2408;

    private final String id =
            Long.toString(ProcessHandle.current().pid() % 100_000) + "x" + new SecureRandom().nextInt(1000);
    final String phone = "wp" + id;
    private final String edge = "we" + id;
    private final String wg = "wg" + id;
    private final DeviceKey edgePrivate = newKey();
    private final DeviceKey phonePrivate = newKey();
    private Optional<Process> wireguardGo = Optional.empty();

    Access() throws Exception {
        try {
            build();
            wireguardGo = Optional.of(new ProcessBuilder("ip", "netns", "exec", edge, "wireguard-go", "-f", wg)
                    .inheritIO()
                    .start());
            configureEdge();
        } catch (Exception | AssertionError failed) {
            remove();
            throw failed;
        }
    }

    private void build() throws Exception {
        run("ip netns add " + phone);
        run("ip netns add " + edge);
        for (int n = 0; n < 2; n++) {
            run("ip -n " + phone + " link add e" + n + " type veth peer name e" + n + " netns " + edge);
            // Link-local addresses would come up by themselves some time later, and look like something that changed.
            onPhone("ip link set e" + n + " addrgenmode none");
        }
        onEdge("ip link set lo up");
        onPhone("ip link set lo up");
        for (String address : List.of(EDGE4 + "/32", EDGE6 + "/128", FAR4 + "/32", FAR6 + "/128")) {
            onEdge("ip address add " + address + " dev lo");
        }
        for (int n = 0; n < 2; n++) {
            onEdge("ip address add " + gateway4(n) + "/24 dev e" + n);
            onEdge("ip address add " + gateway6(n) + "/64 dev e" + n + " nodad");
            onEdge("ip link set e" + n + " up");
        }
        onEdge("nft add table inet far");
        onEdge("nft add chain inet far input { type filter hook input priority 0 ; }");
        onEdge("nft add rule inet far input ip daddr " + FAR4 + " iifname != " + wg + " drop");
        onEdge("nft add rule inet far input ip6 daddr " + FAR6 + " iifname != " + wg + " drop");
    }

    private void configureEdge() throws Exception {
        awaitTrue(() -> succeeds("ip netns exec " + edge + " wg show " + wg));
        String config = "[Interface]\nPrivateKey = " + edgePrivate.base64() + "\nListenPort = " + PORT
                + "\n[Peer]\nPublicKey = " + publicKey(phonePrivate).base64() + "\nAllowedIPs = " + INNER4 + "/32, "
                + INNER6 + "/128\n";
        Process setconf = new ProcessBuilder("ip", "netns", "exec", edge, "wg", "setconf", wg, "/dev/stdin").start();
        try (var in = setconf.getOutputStream()) {
            in.write(config.getBytes(StandardCharsets.US_ASCII));
        }
        if (setconf.waitFor() != 0) {
            throw new IOException(new String(setconf.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
        }
        onEdge("ip link set " + wg + " mtu 1420 up");
        onEdge("ip route add " + INNER4 + "/32 dev " + wg);
        onEdge("ip route add " + INNER6 + "/128 dev " + wg);
    }

    private static String gateway4(int n) {
        return n == 0 ? "192.0.2.1" : "198.51.100.1";
    }

    private static String gateway6(int n) {
        return "2001:db8:" + n + "::1";
    }

    void join4(int n) throws Exception {
        onPhone("ip link set e" + n + " up");
        onPhone("ip address add " + gateway4(n).replaceAll("1$", "2") + "/24 dev e" + n);
        onPhone("ip route add default via " + gateway4(n) + " dev e" + n);
    }

    void join6(int n) throws Exception {
        onPhone("ip link set e" + n + " up");
        onPhone("ip address add 2001:db8:" + n + "::2/64 dev e" + n + " nodad");
        onPhone("ip route add default via " + gateway6(n) + " dev e" + n);
    }

    void leave(int n) throws Exception {
        onPhone("ip link set e" + n + " down");
        onPhone("ip address flush dev e" + n);
    }

    /** The edge's end of the network eats what comes over that family, without a word. */
    void loseSilently(String family) throws Exception {
        onEdge("nft add rule inet far input meta nfproto " + family + " udp dport " + PORT + " drop");
    }

    Profile profile() {
        return profileWith(publicKey(edgePrivate));
    }

    /** Another private key at the edge, which ends its sessions. @return what the registry tells the device from then on */
    Profile changeEdgesKey() throws Exception {
        DeviceKey changed = newKey();
        Process set =
                new ProcessBuilder("ip", "netns", "exec", edge, "wg", "set", wg, "private-key", "/dev/stdin").start();
        try (var in = set.getOutputStream()) {
            in.write(changed.base64().getBytes(StandardCharsets.US_ASCII));
        }
        if (set.waitFor() != 0) {
            throw new IOException(new String(set.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
        }
        return profileWith(publicKey(changed));
    }

    Profile profileWith(DeviceKey fleetKey) {
        TunnelConfig.Endpoint endpoint =
                new TunnelConfig.Endpoint(EDGE4 + ":0", "[" + EDGE6 + "]:0", EDGE4 + ":" + PORT, List.of(PORT));
        // Standard WireGuard knows no reserved bytes: it wants three zeros.
        TunnelConfig config = new TunnelConfig(
                "AAAA",
                new TunnelConfig.Interface(new TunnelConfig.Addresses(INNER4, INNER6)),
                List.of(new TunnelConfig.Peer(fleetKey.base64(), endpoint)),
                new TunnelConfig.Services(""),
                new TunnelConfig.Metrics(0, 0));
        return new Profile(
                Profile.VERSION,
                URI.create("http://127.0.0.1:1"),
                Optional.empty(),
                Optional.empty(),
                "t.phone",
                "token",
                "phone",
                phonePrivate,
                publicKey(phonePrivate),
                AccountType.FREE,
                config);
    }

    /** In the phone's namespace. */
    Connection connect() throws Exception {
        return Namespaces.within(
                Path.of("/run/netns", phone),
                () -> Connection.open(profile(), Connection.Settings.standard(), DeviceSettings.DEFAULTS));
    }

    /** Rules, routes of all tables, links and addresses of the phone, without what counts time. */
    String snapshot() throws Exception {
        StringBuilder all = new StringBuilder();
        for (String what : List.of("rule", "route show table all", "addr", "link")) {
            for (String family : List.of("-4", "-6")) {
                all.append(onPhone("ip " + family + " " + what)).append('\n');
            }
        }
        return all.toString();
    }

    boolean pings(String address) throws Exception {
        return succeeds("ip netns exec " + phone + " ping -n -c 1 -W 2 " + address);
    }

    /** How many handshakes the edge has answered, by its own clock: the time of the last. */
    String lastHandshakeAtEdge() throws Exception {
        return onEdge("wg show " + wg + " latest-handshakes");
    }

    String endpointAtEdge() throws Exception {
        return onEdge("wg show " + wg + " endpoints");
    }

    String onPhone(String command) throws Exception {
        return run("ip netns exec " + phone + " " + command);
    }

    String onEdge(String command) throws Exception {
        return run("ip netns exec " + edge + " " + command);
    }

    interface Condition {
        boolean holds() throws Exception;
    }

    /** Within ten seconds. */
    static void awaitTrue(Condition condition) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("it did not come true within 10 s");
            }
            Thread.sleep(20);
        }
    }

    private static boolean succeeds(String command) throws Exception {
        Process process = new ProcessBuilder(command.split(" ", -1))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    }

    static String run(String command) throws Exception {
        Process process = new ProcessBuilder(command.split(" ", -1))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new AssertionError(command + ": " + output);
        }
        return output;
    }

    static DeviceKey newKey() {
        byte[] random = new byte[DeviceKey.SIZE];
        new SecureRandom().nextBytes(random);
        try (PrivateKey key = new PrivateKey(random)) {
            return DeviceKey.of(key.bytes());
        }
    }

    private static DeviceKey publicKey(DeviceKey key) {
        try (PrivateKey secret = new PrivateKey(key.bytes())) {
            return DeviceKey.of(secret.publicKey(Crypto.jdk().curve()).bytes());
        }
    }

    void remove() throws Exception {
        if (wireguardGo.isPresent()) {
            wireguardGo.get().destroy();
            wireguardGo.get().waitFor(5, TimeUnit.SECONDS);
        }
        run("ip netns del " + phone);
        run("ip netns del " + edge);
    }
}
