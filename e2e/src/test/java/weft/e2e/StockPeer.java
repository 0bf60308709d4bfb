package weft.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Two namespaces with a userspace WireGuard in each: ours ({@code weft wg}) and Debian's wireguard-go. Both are configured
 * by {@code wg}, as users do it.
 */
final class StockPeer implements AutoCloseable {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    final Netns weft;
    final Netns stock;
    private final String ours;
    private final String theirs;
    private final Path directory;
    private boolean measuring;

    StockPeer(Path directory, String... weftOptions) throws IOException {
        this(directory, List.of(), weftOptions);
    }

    /** @param environment of our side, as {@code NAME=value} */
    StockPeer(Path directory, List<String> environment, String... weftOptions) throws IOException {
        this.directory = directory;
        String number = ProcessHandle.current().pid() % 100_000 + "n" + NUMBER.incrementAndGet();
        ours = "wgw" + number;
        theirs = "wgs" + number;
        weft = Netns.create("w");
        stock = Netns.create("s");
        Netns.join(weft, stock);
        weft.sh("ip addr add 192.0.2.1/24 dev eth0; ip addr add 2001:db8::1/64 dev eth0 nodad");
        stock.sh("ip addr add 192.0.2.2/24 dev eth0; ip addr add 2001:db8::2/64 dev eth0 nodad");
        List<String> command = new ArrayList<>(List.of("env"));
        command.addAll(environment);
        command.addAll(List.of(WeftProgram.optimized("wg")));
        command.addAll(List.of(weftOptions));
        command.addAll(List.of("-f", ours));
        weft.start(directory.resolve("weft.log"), command.toArray(String[]::new));
        stock.start(directory.resolve("stock.log"), "wireguard-go", "-f", theirs);
        try {
            awaitSocket(ours);
            awaitSocket(theirs);
            up(weft, ours, "1");
            up(stock, theirs, "2");
        } catch (IOException | AssertionError e) {
            close();
            throw e;
        }
    }

    private static void up(Netns namespace, String name, String host) {
        namespace.sh("ip addr add 10.77.0." + host + "/24 dev " + name + "; ip addr add fd77::" + host + "/64 dev "
                + name + " nodad; ip link set " + name + " mtu 1420 up");
    }

    private void awaitSocket(String name) throws IOException {
        Instant deadline = Instant.now().plus(PATIENCE);
        while (!Files.exists(Path.of("/var/run/wireguard", name + ".sock"))) {
            if (Instant.now().isAfter(deadline)) {
                throw new AssertionError(name + " did not start: " + logs());
            }
            Thread.onSpinWait();
        }
    }

    String logs() throws IOException {
        return Files.readString(directory.resolve("weft.log")) + Files.readString(directory.resolve("stock.log"));
    }

    /** New keys on both sides and all sessions gone; only {@code initiator} knows where the other is. */
    void configure(boolean weftInitiates, boolean v6Outside, boolean withPsk) throws IOException {
        String weftKey = weft.sh("wg genkey").strip();
        String stockKey = weft.sh("wg genkey").strip();
        String psk =
                withPsk ? " preshared-key " + secret("psk", weft.sh("wg genpsk").strip()) : "";
        set(weft, ours, weftKey, stockKey, psk, weftInitiates ? at(v6Outside, 2) : "");
        set(stock, theirs, stockKey, weftKey, psk, weftInitiates ? "" : at(v6Outside, 1));
    }

    private static String at(boolean v6, int host) {
        return " endpoint " + (v6 ? "[2001:db8::" + host + "]" : "192.0.2." + host) + ":51820";
    }

    private void set(Netns in, String name, String key, String peerKey, String psk, String endpoint)
            throws IOException {
        for (String old : in.sh("wg show " + name + " peers").lines().toList()) {
            in.sh("wg set " + name + " peer " + old + " remove");
        }
        String publicKey = in.sh("wg pubkey < " + secret("peer", peerKey)).strip();
        in.sh("wg set " + name + " listen-port 51820 private-key " + secret("key", key));
        in.sh("wg set " + name + " peer " + publicKey + psk + endpoint + " allowed-ips 10.77.0.0/24,fd77::/64");
    }

    private Path secret(String name, String value) throws IOException {
        return Files.writeString(directory.resolve(name), value + "\n");
    }

    /** From our side to theirs; what iperf3 prints. */
    String iperf(String options) throws IOException {
        if (!measuring) {
            stock.start(directory.resolve("iperf.log"), "iperf3", "-s", "-B", "10.77.0.2");
            measuring = true;
        }
        AssertionError last = new AssertionError("iperf3 never connected");
        for (int i = 0; i < 20; i++) {
            try {
                return weft.sh("sleep 0.2; iperf3 -c 10.77.0.2 " + options);
            } catch (AssertionError notYet) {
                last = notYet;
            }
        }
        throw last;
    }

    /** From now on {@link #handshakes} counts. */
    void watchHandshakes() throws IOException {
        weft.start(
                directory.resolve("handshakes.log"),
                "tcpdump",
                "-l",
                "-n",
                "-i",
                "eth0",
                "udp port 51820 and ((ip and udp[8] = 2) or (ip6 and ip6[48] = 2))");
        while (!Files.readString(directory.resolve("handshakes.log")).contains("listening on")) {
            Thread.onSpinWait();
        }
    }

    /** Responses that passed between the two, in either direction. */
    long handshakes() throws IOException {
        try (Stream<String> lines = Files.lines(directory.resolve("handshakes.log"))) {
            return lines.filter(line -> line.contains("length 92")).count();
        }
    }

    /** The interface of the program under test. */
    String ours() {
        return ours;
    }

    String theirs() {
        return theirs;
    }

    @Override
    public void close() {
        weft.close();
        stock.close();
    }
}
