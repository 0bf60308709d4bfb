package weft.edge;

import com.sun.management.ThreadMXBean;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import weft.fleet.CityTable;
import weft.fleet.CityView;
import weft.fleet.FleetSecret;
import weft.fleet.Holders;
import weft.fleet.Member;
import weft.fleet.ReceiverIndices;
import weft.fleet.TableBuilder;
import weft.fleet.TagKeys;
import weft.netio.ReceiveBatch;
import weft.netio.Tun;
import weft.netio.UdpPath;
import weft.netio.UdpSocket;
import weft.tunnel.PeerSetup;
import weft.tunnel.Tunnel;
import weft.wireguard.AllowedIp;
import weft.wireguard.Crypto;
import weft.wireguard.PublicKey;

/**
 * What a datagram costs an edge that passes it on, and one that opens it: the figures {@code forward_over_open} of bench/fleet, a
 * line for each with its name and its value. Runs in a network namespace of its own, which the caller has made (`unshare -n`).
 *
 * <p>The edge is a real one but for its control plane: tunnel, ingress, mesh, and the host's rules with NAT. What it passes on and
 * what it opens both leave by one interface, a dummy that takes segments as a network card with offloads does and throws them
 * away. Datagrams come from a socket on this machine, prepared beforehand, so that the edge never waits for their making. A
 * figure is the CPU time of the edge's inbound thread, user and system, by the datagrams that it dealt with.
 */
public final class ForwardBench implements AutoCloseable {
    private static final int PORT = 2408;
    private static final InetAddress ANYCAST = InetAddress.ofLiteral("192.0.2.1");
    private static final UdpPath TO = UdpPath.to(new InetSocketAddress(ANYCAST, PORT));
    private static final String TUN = "weft0";
    private static final int EDGES = 4;
    private static final int BURST = 720;
    private static final long BURSTS_AHEAD = 4;
    private static final int WARM_UP_ROUNDS = 6;
    private static final long POLL = 5_000;
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(20);
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** The traffic of a run. */
    enum Load {
        /** Full-size TCP segments in order, which the kernel coalesces on their way in. */
        STREAM(1420, true, 40),
        /** 64 bytes of UDP payload, each datagram by itself. */
        SMALL(92, false, 80);

        final int packet;
        final boolean coalesced;
        final int bursts;

        Load(int packet, boolean coalesced, int bursts) {
            this.packet = packet;
            this.coalesced = coalesced;
            this.bursts = bursts;
        }
    }

    private record Cost(double nanos, double allocated) {}

    private final Mesh mesh;
    private final Holders holders = new Holders();
    private final FleetCounters counters = new FleetCounters();
    private final Host host;
    private final Tunnel tunnel;
    private final UdpSocket[] sockets = new UdpSocket[2];
    private final ReceiveBatch batch = new ReceiveBatch(32, 65_535);
    private final PublicKey fleet;
    private final ReceiverIndices indices;
    private final int foreignClient;
    private final long inbound;
    private int slot;

    ForwardBench(Path directory) throws Exception {
        network();
        Path keyFile = directory.resolve("fleet.key");
        FleetKey.make(keyFile);
        EdgeConfig config = EdgeConfig.builder(keyFile)
                .listen(List.of(new InetSocketAddress(ANYCAST, PORT)))
                .build();
        List<EdgeMember> members = new ArrayList<>();
        for (int i = 1; i <= EDGES; i++) {
            members.add(new EdgeMember("a" + i, "a", 1, List.of(InetAddress.ofLiteral("198.18.0." + i)), false));
        }
        mesh = Mesh.open(members.getFirst(), true, 1);
        FleetIngress ingress = new FleetIngress(
                mesh, 0, PORT, holders, new Holders(), new Holders(), message -> {}, (device, edge) -> {}, counters);
        byte[] random = new byte[FleetSecret.SIZE];
        new SecureRandom().nextBytes(random);
        long day = FleetSecret.day(System.currentTimeMillis() * 1_000_000L);
        FleetSecret secret = FleetSecret.of(day, random);
        KeyedBlake prf = new KeyedBlake(Crypto.jdk().hash());
        indices = new ReceiverIndices(day, secret, prf);
        CityView view = view(members);
        List<@Nullable UdpPath> paths = new ArrayList<>();
        members.forEach(member ->
                paths.add(member.name().equals("a1") ? null : mesh.path(member).orElseThrow()));
        ingress.publish(new Routing(view, paths, indices), new TagKeys(day, secret, prf));
        foreignClient = clientOfAnother(view);
        try (FleetKeys keys = FleetKey.read(keyFile)) {
            PublicKey itsKey = keys.publicKey();
            Tun tun = Tun.open(TUN, true);
            host = Host.open(config, keys.inner6());
            tunnel = Tunnel.builder()
                    .tun(tun)
                    .listen(config.listen())
                    .ingress(shard -> ingress)
                    .receiverIndices(peer -> indices.seal(1, slot++ % ReceiverIndices.SLOTS))
                    .fixedSource()
                    .start();
            tunnel.privateKey(keys.all().getFirst());
            for (int i = 0; i < sockets.length; i++) {
                sockets[i] = UdpSocket.builder()
                        .bind(new InetSocketAddress(ANYCAST, 0))
                        .offload(i == 0)
                        .sendBuffer(7 << 20)
                        .open();
            }
            fleet = itsKey;
        }
        inbound = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(TUN + "-inbound"))
                .findFirst()
                .orElseThrow()
                .threadId();
    }

    /** What leaves goes by a veth whose other end takes whole segments, as a network card does, and drops them. */
    private static void network() throws Exception {
        for (String line : List.of(
                "link set lo up",
                "address add 192.0.2.1/32 dev lo",
                "link add wire mtu 1600 type veth peer name sink mtu 1600",
                "address add 198.18.0.1/24 dev wire",
                "link set wire up",
                "link set sink up",
                "route add default via 198.18.0.254")) {
            Command.run(List.of(("ip " + line).split(" ")));
        }
        for (int host : new int[] {2, 3, 4, 254}) {
            Command.run(
                    List.of(("ip neighbour add 198.18.0." + host + " lladdr 02:00:00:00:00:01 nud permanent dev wire")
                            .split(" ")));
        }
        Command.run(List.of(
                "nft",
                "add table netdev sink; add chain netdev sink drop_all"
                        + " { type filter hook ingress device sink priority 0; policy drop; }"));
    }

    private static CityView view(List<EdgeMember> members) {
        CityTable table = new TableBuilder()
                .build(members.stream().map(member -> Member.of(member.name())).toList());
        List<String> roster = members.stream().map(EdgeMember::name).toList();
        boolean[] alive = new boolean[EDGES];
        Arrays.fill(alive, true);
        return new CityView(roster, "a1", alive, table, List.of());
    }

    /** One whose first owner is not this edge, with two more owners in the list of hops. */
    private static int clientOfAnother(CityView view) {
        int id = 1;
        while (view.owner(id) == view.self()) {
            id++;
        }
        return id;
    }

    public static void main(String[] arguments) throws Exception {
        int runs = Integer.parseInt(arguments[0]);
        Path directory = Files.createTempDirectory("weft-bench");
        try (ForwardBench bench = new ForwardBench(directory)) {
            bench.measure(Load.STREAM, "", runs, System.out);
            bench.measure(Load.SMALL, "_small", runs, System.out);
        } finally {
            Files.deleteIfExists(directory.resolve("fleet.key"));
            Files.deleteIfExists(directory);
        }
    }

    /** Runs of both sides alternate, and swap their order. */
    private void measure(Load load, String suffix, int runs, PrintStream out) throws Exception {
        List<Cost> open = new ArrayList<>();
        List<Cost> forward = new ArrayList<>();
        for (int run = -WARM_UP_ROUNDS; run < runs; run++) {
            boolean forwardFirst = run % 2 == 0;
            Cost first = forwardFirst ? forward(load) : open(load);
            Cost second = forwardFirst ? open(load) : forward(load);
            if (run >= 0) {
                forward.add(forwardFirst ? first : second);
                open.add(forwardFirst ? second : first);
            }
        }
        double openNanos = median(open, Cost::nanos);
        double forwardNanos = median(forward, Cost::nanos);
        out.println("forward_over_open" + suffix + " " + forwardNanos / openNanos);
        out.println("forward_ns" + suffix + " " + forwardNanos);
        out.println("open_ns" + suffix + " " + openNanos);
        out.println("forward_allocated_bytes" + suffix + " " + median(forward, Cost::allocated));
    }

    private static double median(List<Cost> costs, java.util.function.ToDoubleFunction<Cost> of) {
        double[] sorted = costs.stream().mapToDouble(of).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private Cost forward(Load load) throws Exception {
        Bursts bursts = Bursts.foreign(load, BURST, TO, indices.seal(foreignClient, 0));
        return run(load, bursts, () -> counters.snapshot().getOrDefault(FleetCount.FORWARDED, 0L));
    }

    private Cost open(Load load) throws Exception {
        try (BenchClient client = new BenchClient(sockets[0], new InetSocketAddress(ANYCAST, PORT), fleet)) {
            tunnel.put(PeerSetup.of(client.key(), List.of(new AllowedIp(InnerPackets.SOURCE, 32))));
            Bursts bursts = Bursts.sealed(load, BURST, TO, client.connect(batch), InnerPackets.SOURCE);
            Cost cost = run(
                    load, bursts, () -> tunnel.peer(client.key()).orElseThrow().receivedBytes() / bursts.datagram());
            tunnel.remove(client.key());
            return cost;
        }
    }

    /** All datagrams of a load, none lost on the way: what the edge has not dealt with yet fits its socket's buffer. */
    private Cost run(Load load, Bursts bursts, LongSupplier done) throws Exception {
        UdpSocket from = sockets[load.coalesced ? 0 : 1];
        long base = done.getAsLong();
        long cpu = THREADS.getThreadCpuTime(inbound);
        long allocated = THREADS.getThreadAllocatedBytes(inbound);
        for (int i = 0; i < load.bursts; i++) {
            await(done, base + (i - BURSTS_AHEAD) * BURST);
            bursts.send(i, from);
        }
        long all = (long) load.bursts * BURST;
        await(done, base + all);
        return new Cost(
                (THREADS.getThreadCpuTime(inbound) - cpu) / (double) all,
                (THREADS.getThreadAllocatedBytes(inbound) - allocated) / (double) all);
    }

    private void await(LongSupplier done, long count) {
        long deadline = System.nanoTime() + PATIENCE;
        while (done.getAsLong() < count) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("datagrams were lost: " + tunnel.drops() + " " + counters.snapshot()
                        + " " + done.getAsLong() + " of " + count);
            }
            LockSupport.parkNanos(POLL);
        }
    }

    @Override
    public void close() {
        for (UdpSocket socket : sockets) {
            socket.close();
        }
        tunnel.close();
        mesh.close();
        host.close();
    }
}
