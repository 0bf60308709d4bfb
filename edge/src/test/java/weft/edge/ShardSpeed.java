package weft.edge;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToDoubleFunction;
import weft.netio.ReceiveBatch;
import weft.netio.Tun;
import weft.netio.UdpPath;
import weft.netio.UdpSocket;
import weft.tunnel.PeerSetup;
import weft.tunnel.Shards;
import weft.tunnel.Tunnel;
import weft.wireguard.AllowedIp;
import weft.wireguard.PrivateKey;
import weft.wireguard.PublicKey;

/**
 * What a tunnel takes in from several devices with 1, 2, 4 and 8 shards, up to the first argument: datagrams a second, and the CPU
 * time of all inbound threads for each; the medians of so many rounds as the second argument says, after a few to warm up.
 * Sealed beforehand, sent by one thread over loopback; what is opened goes into a TUN that leads nowhere. In a network
 * namespace of its own, which the caller has made ({@code unshare -n}).
 */
final class ShardSpeed {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int DEVICES = 8;
    private static final int BURST = 90;
    private static final int AHEAD = 20;
    private static final int WARM_UP = 3;
    private static final long PATIENCE = 20_000_000_000L;
    private static final InetSocketAddress TO = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 2408);

    private record Setting(ForwardBench.Load load, int shards) {}

    private record Speed(double perSecond, double nanos) {}

    private ShardSpeed() {}

    public static void main(String[] arguments) throws Exception {
        Command.run(List.of("ip", "link", "set", "lo", "up"));
        int rounds = Integer.parseInt(arguments[1]);
        Map<Setting, List<Speed>> speeds = new LinkedHashMap<>();
        for (ForwardBench.Load load : ForwardBench.Load.values()) {
            for (int shards = 1; shards <= Integer.parseInt(arguments[0]); shards *= 2) {
                speeds.put(new Setting(load, shards), new ArrayList<>());
            }
        }
        for (int round = -WARM_UP; round < rounds; round++) {
            for (Map.Entry<Setting, List<Speed>> entry : speeds.entrySet()) {
                Speed speed = run(entry.getKey().load, entry.getKey().shards);
                if (round >= 0) {
                    entry.getValue().add(speed);
                }
            }
        }
        speeds.forEach((setting, all) -> System.out.printf(
                "%s, shards %d: %.0f datagrams a second, %.0f ns of CPU each%n",
                setting.load, setting.shards, median(all, Speed::perSecond), median(all, Speed::nanos)));
    }

    private static double median(List<Speed> all, ToDoubleFunction<Speed> of) {
        double[] sorted = all.stream().mapToDouble(of).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private static Speed run(ForwardBench.Load load, int shards) throws Exception {
        Tun tun = Tun.open("speed", true);
        Command.run(List.of("ip", "link", "set", "speed", "up"));
        List<UdpSocket> sockets = new ArrayList<>();
        try (Tunnel tunnel = Tunnel.builder()
                .tun(tun)
                .shards(Shards.of(shards))
                .listen(List.of(TO))
                .start()) {
            tunnel.privateKey(new PrivateKey(seed()));
            PublicKey edge = tunnel.publicKey().orElseThrow();
            List<BenchClient> clients = new ArrayList<>();
            List<Bursts> bursts = new ArrayList<>();
            for (int i = 0; i < DEVICES; i++) {
                UdpSocket socket = UdpSocket.builder()
                        .bind(new InetSocketAddress(TO.getAddress(), 0))
                        .offload(load.coalesced)
                        .sendBuffer(7 << 20)
                        .open();
                sockets.add(socket);
                BenchClient client = new BenchClient(socket, TO, edge);
                clients.add(client);
                Inet4Address inner = (Inet4Address) InetAddress.ofLiteral("100.96.0." + (i + 1));
                tunnel.put(PeerSetup.of(client.key(), List.of(new AllowedIp(inner, 32))));
                bursts.add(
                        Bursts.sealed(load, BURST, UdpPath.to(TO), client.connect(new ReceiveBatch(8, 65_535)), inner));
            }
            Speed speed = measure(load, tunnel, sockets, bursts);
            clients.forEach(BenchClient::close);
            return speed;
        } finally {
            sockets.forEach(UdpSocket::close);
        }
    }

    private static Speed measure(ForwardBench.Load load, Tunnel tunnel, List<UdpSocket> from, List<Bursts> bursts)
            throws Exception {
        long all = (long) load.bursts * DEVICES * BURST;
        int datagram = bursts.getFirst().datagram();
        long cpu = inboundNanos();
        long start = System.nanoTime();
        long sent = 0;
        for (int i = 0; i < load.bursts; i++) {
            for (int device = 0; device < DEVICES; device++) {
                await(tunnel, datagram, sent - AHEAD * BURST, start);
                bursts.get(device).send(i, from.get(device));
                sent += BURST;
            }
        }
        await(tunnel, datagram, all, start);
        double nanos = System.nanoTime() - start;
        if (tunnel.strays() > 0) {
            throw new IllegalStateException("the kernel has not steered: " + tunnel.strays());
        }
        return new Speed(all * 1e9 / nanos, (double) (inboundNanos() - cpu) / all);
    }

    private static void await(Tunnel tunnel, int datagram, long count, long start) {
        while (count > 0
                && tunnel.peers().stream()
                                .mapToLong(peer -> peer.receivedBytes() / datagram)
                                .sum()
                        < count) {
            if (System.nanoTime() - start > PATIENCE) {
                throw new IllegalStateException("datagrams were lost: " + tunnel.drops());
            }
            LockSupport.parkNanos(20_000);
        }
    }

    private static long inboundNanos() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().contains("-inbound"))
                .mapToLong(thread -> THREADS.getThreadCpuTime(thread.threadId()))
                .sum();
    }

    private static byte[] seed() {
        byte[] bytes = new byte[32];
        bytes[9] = 1;
        return bytes;
    }
}
