package weft.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import weft.netio.Namespaces;
import weft.netio.Tun;
import weft.wireguard.AllowedIp;
import weft.wireguard.PrivateKey;

/**
 * Two tunnels whose UDP sockets share a network namespace and whose TUNs have one each, with an application's socket at
 * either end. All of it is gone with the sockets.
 */
final class TwoTunnels implements AutoCloseable {
    private static final String NEAR = "10.9.0.1";
    private static final String FAR = "10.9.0.2";

    private final CompletableFuture<Path> farNamespace = new CompletableFuture<>();
    private final CompletableFuture<Boolean> over = new CompletableFuture<>();
    final CompletableFuture<Throwable> farFailed = new CompletableFuture<>();
    final AtomicInteger farFailures = new AtomicInteger();
    final Tunnel near;
    final Tunnel far;
    final DatagramSocket nearApplication;
    final DatagramSocket farApplication;

    interface Task {
        void run(TwoTunnels world) throws Exception;
    }

    private record End(Tun tun, DatagramSocket application) {}

    static void with(Task task) throws Exception {
        with(far -> far, task);
    }

    /** @param options of the far one */
    static void with(UnaryOperator<Tunnel.Builder> options, Task task) throws Exception {
        Namespaces.within(Namespaces.ofThisThread(), () -> {
            Namespaces.unshareNetwork();
            try (TwoTunnels world = new TwoTunnels(options)) {
                task.run(world);
            }
            return true;
        });
    }

    private TwoTunnels(UnaryOperator<Tunnel.Builder> options) throws Exception {
        run("ip link set lo up");
        run("ip address add 192.0.2.1/32 dev lo");
        run("ip address add 192.0.2.2/32 dev lo");
        End a = end("near", NEAR);
        End b = farEnd();
        nearApplication = a.application;
        farApplication = b.application;
        near = Tunnel.builder()
                .tun(a.tun)
                .listen(List.of(new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 0)))
                .start();
        Tunnel.Builder builder = Tunnel.builder().tun(b.tun).port(0).listener(new TunnelListener() {
            @Override
            public void failed(Throwable cause) {
                farFailures.incrementAndGet();
                farFailed.complete(cause);
            }
        });
        far = options.apply(builder).start();
        near.privateKey(key(1));
        far.privateKey(key(2));
        near.put(farAsPeer());
        far.put(PeerSetup.of(near.publicKey().orElseThrow(), List.of(AllowedIp.parse(NEAR))));
    }

    /** Its namespace can be entered as long as the thread that made it lives. */
    private End farEnd() throws Exception {
        CompletableFuture<End> made = new CompletableFuture<>();
        Thread.ofPlatform().daemon(true).start(() -> {
            try {
                Namespaces.unshareNetwork();
                farNamespace.complete(Namespaces.ofThisThread());
                made.complete(end("far", FAR));
            } catch (Exception e) {
                made.completeExceptionally(e);
            }
            over.join();
        });
        return made.get(10, TimeUnit.SECONDS);
    }

    PeerSetup farAsPeer() {
        return PeerSetup.of(far.publicKey().orElseThrow(), List.of(AllowedIp.parse(FAR)))
                .withEndpoint(new InetSocketAddress(InetAddress.ofLiteral("192.0.2.2"), far.port()));
    }

    PeerState peerOfNear() {
        return near.peers().getFirst();
    }

    private static PrivateKey key(int seed) {
        byte[] bytes = new byte[32];
        bytes[7] = (byte) seed;
        return new PrivateKey(bytes);
    }

    private static End end(String name, String address) throws Exception {
        Tun tun = Tun.open(name, true);
        run("ip address add " + address + "/24 dev " + name);
        run("ip link set " + name + " mtu 1420 up");
        DatagramSocket application = new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral(address), 0));
        application.setSoTimeout(2_000);
        return new End(tun, application);
    }

    /** Somebody deletes the far TUN. */
    void farDown() throws Exception {
        Namespaces.within(farNamespace.join(), () -> {
            run("ip link del far");
            return true;
        });
    }

    /** Beyond 1392 bytes in several packets. */
    void sendsFar(int bytes) throws IOException {
        nearApplication.send(new DatagramPacket(new byte[bytes], bytes, farApplication.getLocalSocketAddress()));
    }

    boolean reachesFar() throws IOException {
        return arrives(nearApplication, farApplication);
    }

    boolean reachesNear() throws IOException {
        return arrives(farApplication, nearApplication);
    }

    /** What the first packet teaches the sender serves the next. */
    boolean reachesNearAtLast() throws IOException {
        for (int i = 0; i < 3; i++) {
            if (reachesNear()) {
                return true;
            }
        }
        return false;
    }

    private static boolean arrives(DatagramSocket from, DatagramSocket to) throws IOException {
        from.send(new DatagramPacket(new byte[1001], 1001, to.getLocalSocketAddress()));
        try {
            to.receive(new DatagramPacket(new byte[1500], 1500));
            return true;
        } catch (SocketTimeoutException lost) {
            return false;
        }
    }

    /** In the namespace of the calling thread. */
    static void run(String command) throws Exception {
        Process process = new ProcessBuilder(command.split(" ", -1))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as("%s: %s", command, output).isZero();
    }

    @Override
    public void close() {
        over.complete(true);
        near.close();
        far.close();
        nearApplication.close();
        farApplication.close();
    }
}
