package weft.tunnel;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import weft.netio.Namespaces;
import weft.netio.Tun;
import weft.wireguard.AllowedIp;
import weft.wireguard.PrivateKey;

/**
 * A tunnel with many peers, each a tunnel of its own with an application at its end; the application behind the hub sends back
 * what it gets. UDP sockets and peers are in one network namespace, the hub's TUN has one of its own.
 */
final class Hub implements AutoCloseable {
    private static final int ECHO_PORT = 7;
    private static final int PATIENCE_MILLIS = 3_000;
    private static final int LONGEST = 1_392;

    /** A device and what runs on it. */
    record Device(Tunnel tunnel, DatagramSocket application, InetSocketAddress echo) {
        /** Whether it gets back what it sends. */
        boolean isAnswered(int bytes) throws IOException {
            burst(1, bytes);
            return answers(1) == 1;
        }

        void burst(int datagrams, int bytes) throws IOException {
            for (int i = 0; i < datagrams; i++) {
                application.send(new DatagramPacket(new byte[bytes], bytes, echo));
            }
        }

        /** How many of so many come back. */
        int answers(int expected) throws IOException {
            DatagramPacket answer = new DatagramPacket(new byte[LONGEST], LONGEST);
            for (int i = 0; i < expected; i++) {
                try {
                    application.receive(answer);
                } catch (SocketException | java.net.SocketTimeoutException lost) {
                    return i;
                }
            }
            return expected;
        }
    }

    interface Task {
        void run(Hub world) throws Exception;
    }

    private final CompletableFuture<Boolean> over = new CompletableFuture<>();
    private final DatagramSocket echo;
    final Tunnel tunnel;
    final List<Device> devices = new ArrayList<>();

    /** @param options of the hub */
    static void with(int devices, UnaryOperator<Tunnel.Builder> options, Task task) throws Exception {
        Namespaces.within(Namespaces.ofThisThread(), () -> {
            Namespaces.unshareNetwork();
            try (Hub world = new Hub(devices, options)) {
                task.run(world);
            }
            return true;
        });
    }

    private Hub(int count, UnaryOperator<Tunnel.Builder> options) throws Exception {
        TwoTunnels.run("ip link set lo up");
        CompletableFuture<Tun> tun = new CompletableFuture<>();
        CompletableFuture<DatagramSocket> socket = new CompletableFuture<>();
        Thread.ofPlatform().daemon(true).start(() -> farSide(count, tun, socket));
        tunnel = options.apply(Tunnel.builder().tun(tun.get(10, TimeUnit.SECONDS)))
                .start();
        echo = socket.get(10, TimeUnit.SECONDS);
        Thread.ofVirtual().start(this::sendBack);
        tunnel.privateKey(key(99));
        for (int i = 1; i <= count; i++) {
            devices.add(device(i));
        }
    }

    /** Its namespace can be used as long as the thread that made it lives. */
    private void farSide(int count, CompletableFuture<Tun> tun, CompletableFuture<DatagramSocket> socket) {
        try {
            Namespaces.unshareNetwork();
            Tun hub = Tun.open("hub", true);
            for (int i = 1; i <= count; i++) {
                TwoTunnels.run("ip address add 10.9." + i + ".1/24 dev hub");
            }
            TwoTunnels.run("ip link set hub mtu 1420 up");
            tun.complete(hub);
            DatagramSocket answering = new DatagramSocket(new InetSocketAddress("0.0.0.0", ECHO_PORT));
            answering.setReceiveBufferSize(4 << 20);
            socket.complete(answering);
        } catch (Exception e) {
            tun.completeExceptionally(e);
            socket.completeExceptionally(e);
        }
        over.join();
    }

    private Device device(int i) throws Exception {
        Tun tun = Tun.open("d" + i, true);
        TwoTunnels.run("ip address add 10.9." + i + ".2/24 dev d" + i);
        TwoTunnels.run("ip link set d" + i + " mtu 1420 up");
        Tunnel device = Tunnel.builder().tun(tun).port(0).start();
        device.privateKey(key(i));
        InetAddress loopback = InetAddress.ofLiteral(i % 2 == 0 ? "127.0.0.1" : "::1");
        device.put(PeerSetup.of(tunnel.publicKey().orElseThrow(), List.of(AllowedIp.parse("10.9." + i + ".1")))
                .withEndpoint(new InetSocketAddress(loopback, tunnel.port())));
        tunnel.put(PeerSetup.of(device.publicKey().orElseThrow(), List.of(AllowedIp.parse("10.9." + i + ".2"))));
        DatagramSocket application =
                new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral("10.9." + i + ".2"), 0));
        application.setSoTimeout(PATIENCE_MILLIS);
        application.setReceiveBufferSize(4 << 20);
        return new Device(
                device, application, new InetSocketAddress(InetAddress.ofLiteral("10.9." + i + ".1"), ECHO_PORT));
    }

    private void sendBack() {
        DatagramPacket packet = new DatagramPacket(new byte[LONGEST], LONGEST);
        try {
            while (true) {
                packet.setLength(LONGEST);
                echo.receive(packet);
                echo.send(packet);
            }
        } catch (IOException closed) {
            over.complete(true);
        }
    }

    private static PrivateKey key(int seed) {
        byte[] bytes = new byte[32];
        bytes[7] = (byte) seed;
        return new PrivateKey(bytes);
    }

    @Override
    public void close() {
        devices.forEach(device -> {
            device.application.close();
            device.tunnel.close();
        });
        tunnel.close();
        echo.close();
        over.complete(true);
    }
}
