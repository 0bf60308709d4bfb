package weft.edge;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import weft.api.AccountType;
import weft.api.Device;
import weft.api.DeviceChange;
import weft.api.DeviceDirectory;
import weft.api.DeviceKey;
import weft.api.KeyUses;
import weft.fleet.CityView;
import weft.fleet.Custody;
import weft.fleet.Holders;
import weft.fleet.Member;
import weft.fleet.MeshMessage;
import weft.fleet.SessionRecord;
import weft.fleet.StaticKey;
import weft.fleet.TableBuilder;
import weft.netio.Prefix;
import weft.netio.ReceiveBatch;
import weft.netio.Tun;
import weft.netio.UdpPath;
import weft.netio.UdpSocket;
import weft.tunnel.Tunnel;
import weft.wireguard.PrivateKey;
import weft.wireguard.PublicKey;
import weft.wireguard.Sealer;

/**
 * What an edge remembers of a device, in bytes: the figures {@code bytes.…} of bench/scale. Real sessions with a real tunnel over
 * loopback, in a network namespace of its own. Used heap after collections, and what the process holds besides its heap, which
 * has to be of one size and touched from the start ({@code -Xms}, {@code -Xmx}, {@code -XX:+AlwaysPreTouch}).
 */
public final class MemoryBench {
    private static final InetSocketAddress LISTEN = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 2408);

    /** Between two handshakes, in nanoseconds: more than 500 a second would bring cookies. */
    private static final long SPACING = 2_500_000;

    private static final int HELD_BY = CityView.number("a1");

    private record Used(long heap, long outside) {
        static Used now() throws IOException {
            for (int i = 0; i < 3; i++) {
                System.gc();
                LockSupport.parkNanos(50_000_000);
            }
            Runtime runtime = Runtime.getRuntime();
            long resident = Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                    .sum();
            return new Used(runtime.totalMemory() - runtime.freeMemory(), resident - runtime.totalMemory());
        }
    }

    /** Makes each device anew when it is asked for, as one who reads it from a registry's answer does. */
    private static final class Registry implements DeviceDirectory {
        private final Map<DeviceKey, Integer> numbers = new HashMap<>();

        @Override
        public Optional<Device> byKey(DeviceKey key) throws IOException {
            Integer number = numbers.get(key);
            return number == null ? Optional.empty() : Optional.of(device(DeviceKey.of(key.bytes()), number));
        }

        private static Device device(DeviceKey key, int number) throws IOException {
            byte[] v6 = new byte[16];
            v6[0] = (byte) 0xfd;
            v6[13] = (byte) (number >> 16);
            v6[14] = (byte) (number >> 8);
            v6[15] = (byte) number;
            byte[] v4 = {100, (byte) (96 + (number >> 16)), (byte) (number >> 8), (byte) number};
            return new Device(
                    "00000000-0000-4000-8000-" + String.format("%012d", number),
                    key,
                    Optional.empty(),
                    number,
                    (Inet4Address) InetAddress.getByAddress(v4),
                    (Inet6Address) InetAddress.getByAddress(v6),
                    AccountType.FREE,
                    Optional.empty(),
                    true);
        }

        @Override
        public List<Device> byClientId(int clientId) {
            return List.of();
        }

        @Override
        public void keyUses(KeyUses uses) {}

        @Override
        public Watch watch(Consumer<DeviceChange> listener) {
            return () -> {};
        }

        @Override
        public void close() {}
    }

    private static final class Nobody implements Admission {
        @Override
        public boolean concerns(Device device) {
            return false;
        }

        @Override
        public void admit(Device device) {}

        @Override
        public void dismiss(DeviceKey key) {}
    }

    private MemoryBench() {}

    public static void main(String[] arguments) throws Exception {
        int count = Integer.parseInt(arguments[0]);
        Path directory = Files.createTempDirectory("weft-bench");
        Path keyFile = directory.resolve("fleet.key");
        Command.run(List.of("ip", "link", "set", "lo", "up"));
        FleetKey.make(keyFile);
        try (FleetKeys keys = FleetKey.read(keyFile)) {
            measure(count, keyFile, keys.all().getFirst());
        } finally {
            Files.delete(keyFile);
            Files.delete(directory);
        }
    }

    private static void measure(int count, Path keyFile, PrivateKey key) throws Exception {
        PublicKey fleet = FleetKey.publicKey(key);
        EdgeConfig config =
                EdgeConfig.builder(keyFile).inner6(Prefix.parse("fd00::/48")).build();
        Registry registry = new Registry();
        List<byte[]> secrets = new ArrayList<>();
        SecureRandom random = new SecureRandom();
        for (int i = 1; i <= count; i++) {
            byte[] secret = new byte[32];
            random.nextBytes(secret);
            secrets.add(secret);
            try (PrivateKey device = new PrivateKey(secret)) {
                registry.numbers.put(DeviceKey.of(FleetKey.publicKey(device).bytes()), i);
            }
        }
        List<DeviceKey> keys = new ArrayList<>(registry.numbers.keySet());
        DeviceCache cache = new DeviceCache(registry, config.bounds());
        Devices devices = new Devices(config, Prefix.parse("fd00::/48"), cache, new Nobody(), System::nanoTime);
        try (Tunnel tunnel = Tunnel.builder()
                        .tun(Tun.open("weft0", true))
                        .listen(List.of(LISTEN))
                        .strangers(devices)
                        .start();
                UdpSocket socket = UdpSocket.builder()
                        .bind(new InetSocketAddress(LISTEN.getAddress(), 0))
                        .open()) {
            tunnel.privateKey(new PrivateKey(key.bytes()));
            devices.tunnel(tunnel);
            connect(secrets.getFirst(), socket, fleet);
            Used before = Used.now();
            for (DeviceKey device : keys) {
                cache.byKey(device);
            }
            Used cached = say("cached", before, Used.now(), count);
            for (DeviceKey device : keys) {
                Device known = cache.byKey(device).orElseThrow();
                devices.adopt(known);
                tunnel.put(Devices.setup(known));
            }
            Used idle = say("present", cached, Used.now(), count);
            int done = 0;
            for (byte[] secret : secrets) {
                connect(secret, socket, fleet);
                LockSupport.parkNanos(SPACING);
                if (++done % 2_000 == 0) {
                    System.err.printf("%d of %d sessions%n", done, count);
                }
            }
            long established =
                    tunnel.peers().stream().filter(peer -> peer.established()).count();
            if (established < count) {
                throw new IllegalStateException(established + " of " + count + " sessions: " + tunnel.drops());
            }
            Used live = say("session", idle, Used.now(), count);
            List<Custody> custodies = records(keys, cache, tunnel);
            Used all = say("records", live, Used.now(), count);
            System.out.println("bytes.idle " + (total(idle) - total(before)) / (double) count);
            System.out.println("bytes.live " + (total(all) - total(before)) / (double) count);
            if (custodies.getFirst().held() != count || custodies.getLast().kept() != count) {
                throw new IllegalStateException("a record is missing");
            }
        }
    }

    private static long total(Used used) {
        return used.heap() + used.outside();
    }

    private static Used say(String what, Used before, Used now, int count) {
        System.out.println("bytes.part." + what + ".heap " + (now.heap() - before.heap()) / (double) count);
        System.out.println("bytes.part." + what + ".outside " + (now.outside() - before.outside()) / (double) count);
        return now;
    }

    /** One handshake, and a keepalive, upon which the edge has a session. The device is forgotten at once. */
    private static void connect(byte[] secret, UdpSocket socket, PublicKey fleet) throws Exception {
        try (BenchClient client = new BenchClient(socket, LISTEN, fleet, secret);
                Arena arena = Arena.ofConfined()) {
            Sealer sealer = client.connect(BATCH);
            MemorySegment keepalive = arena.allocate(32);
            sealer.seal(keepalive, 0, 0, keepalive, 0, System.nanoTime());
            socket.send(keepalive, 0, 32, UdpPath.to(LISTEN));
        }
    }

    private static final ReceiveBatch BATCH = new ReceiveBatch(8, 65_535);

    /** Ours, and as many of a neighbour's: an edge keeps the records of about as many sessions as it has. */
    private static List<Custody> records(List<DeviceKey> keys, DeviceCache cache, Tunnel tunnel) throws IOException {
        List<String> roster = List.of("a1", "a2");
        var table = new TableBuilder().build(roster.stream().map(Member::of).toList());
        boolean[] alive = new boolean[2];
        Arrays.fill(alive, true);
        CityView ours = new CityView(roster, "a1", alive, table, List.of());
        CityView theirs = new CityView(roster, "a2", alive, table, List.of());
        Custody second = new Custody(CityView.number("a2"), new Holders(), new Holders(), act -> {});
        Custody first = new Custody(HELD_BY, new Holders(), new Holders(), act -> {
            if (act instanceof Custody.Act.Tell(int to, MeshMessage message)) {
                second.hear(MeshMessage.decode(message.encode()).orElseThrow(), HELD_BY, theirs, 0);
            }
        });
        for (DeviceKey device : keys) {
            Device known = cache.byKey(device).orElseThrow();
            StaticKey name = new StaticKey(device.bytes());
            var session = tunnel.export(new PublicKey(device.bytes())).orElseThrow();
            SessionRecord record =
                    Records.of(known, session, LISTEN.getPort(), HELD_BY, first.next(name, true, System.nanoTime()));
            first.holds(record, ours, 0);
            first.hear(new MeshMessage.RecordAck(name, record.version()), CityView.number("a2"), ours, 0);
        }
        first.tick(ours, true, Long.MAX_VALUE / 2);
        return List.of(first, second);
    }
}
