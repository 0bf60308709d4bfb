package weft.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import weft.api.Device;
import weft.api.DeviceChange;
import weft.api.DeviceKey;
import weft.netio.Prefix;
import weft.netio.UdpPath;
import weft.tunnel.HandshakeMessage;
import weft.tunnel.Ingress;
import weft.tunnel.PeerSetup;
import weft.tunnel.PeerState;
import weft.wireguard.PresharedKey;
import weft.wireguard.PublicKey;

/** Who stays in the edge's memory and who leaves it, in virtual time. */
class EvictionTest {
    private static final EdgeConfig.Bounds BOUNDS =
            new EdgeConfig.Bounds(100, Duration.ofSeconds(5), 10, Duration.ofMinutes(10));
    private static final Prefix INNER6 = Prefix.parse("fd77::/48");

    /** Counts who has been let in and not out. */
    private static final class Openings implements Admission {
        private final Set<DeviceKey> inside = ConcurrentHashMap.newKeySet();
        private volatile Runnable whileAdmitting = () -> {};

        @Override
        public boolean concerns(Device device) {
            return true;
        }

        @Override
        public void admit(Device device) {
            whileAdmitting.run();
            inside.add(device.publicKey());
        }

        @Override
        public void dismiss(DeviceKey key) {
            inside.remove(key);
        }
    }

    private final AtomicLong now = new AtomicLong();
    private final TestDirectory registry = new TestDirectory();
    private final DeviceCache cache = new DeviceCache(registry, BOUNDS, now::get);
    private final Openings openings = new Openings();
    private final Devices devices = new Devices(
            EdgeConfig.builder(Path.of("fleet.key")).bounds(BOUNDS).build(), INNER6, cache, openings, now::get);

    private static DeviceKey key(int number) {
        return DeviceKey.of(ByteBuffer.allocate(32).putInt(number).array());
    }

    private Device registered(int number) {
        Device device = TestDirectory.device(key(number), "device" + number, number);
        registry.put(device);
        return device;
    }

    private CompletableFuture<Optional<PeerSetup>> ask(int number) {
        HandshakeMessage initiation = new HandshakeMessage(
                new byte[148], UdpPath.to(new InetSocketAddress("192.0.2.1", 1)), Ingress.Passage.DIRECT);
        return devices.lookUp(new PublicKey(key(number).bytes()), initiation);
    }

    private Optional<PeerSetup> lookUp(int number) throws Exception {
        return ask(number).get(10, TimeUnit.SECONDS);
    }

    private static PeerState peer(int number, boolean established) {
        return new PeerState(
                new PublicKey(key(number).bytes()),
                new PresharedKey(new byte[32]),
                Optional.empty(),
                List.of(),
                0,
                0,
                0,
                0,
                Long.MAX_VALUE,
                established,
                Optional.empty());
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    @Test
    void anIdleDeviceLeavesAndIsWelcomeAgain() throws Exception {
        registered(1);
        assertThat(lookUp(1)).isPresent();
        pass(Duration.ofMinutes(10));
        devices.sweep(List.of(peer(1, false)));
        assertThat(devices.present()).isEqualTo(1);
        pass(Duration.ofSeconds(1));
        devices.sweep(List.of(peer(1, false)));
        assertThat(devices.present()).isZero();
        assertThat(openings.inside).isEmpty();
        assertThat(lookUp(1)).isPresent();
        assertThat(openings.inside).containsExactly(key(1));
    }

    @Test
    void aDeviceWithASessionStaysAndItsTimeBeginsWhenTheSessionEnds() throws Exception {
        registered(1);
        lookUp(1);
        pass(Duration.ofHours(5));
        devices.sweep(List.of(peer(1, true)));
        pass(Duration.ofMinutes(9));
        devices.sweep(List.of(peer(1, false)));
        assertThat(devices.present()).isEqualTo(1);
        pass(Duration.ofMinutes(2));
        devices.sweep(List.of(peer(1, false)));
        assertThat(devices.present()).isZero();
    }

    @Test
    void aFullEdgeRefusesUntilIdleDevicesHaveLeft() throws Exception {
        for (int number = 1; number <= 11; number++) {
            registered(number);
            assertThat(lookUp(number).isPresent()).as("device %d", number).isEqualTo(number <= 10);
        }
        pass(Duration.ofMinutes(11));
        devices.sweep(List.of());
        assertThat(lookUp(11)).isPresent();
        assertThat(devices.present()).isEqualTo(1);
    }

    @Test
    void aFullEdgeIsNotOverfilledByThoseWhoComeAtOnce() throws Exception {
        AtomicInteger admitting = new AtomicInteger();
        CountDownLatch allAreThere = new CountDownLatch(1);
        openings.whileAdmitting = () -> {
            admitting.incrementAndGet();
            try {
                allAreThere.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        };
        List<CompletableFuture<Optional<PeerSetup>>> answers = new ArrayList<>();
        for (int number = 1; number <= 40; number++) {
            registered(number);
            answers.add(ask(number));
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (admitting.get()
                        + answers.stream().filter(CompletableFuture::isDone).count()
                < 40) {
            assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
            Thread.sleep(1);
        }
        allAreThere.countDown();
        int found = 0;
        for (CompletableFuture<Optional<PeerSetup>> answer : answers) {
            found += answer.get(10, TimeUnit.SECONDS).isPresent() ? 1 : 0;
        }
        assertThat(found).isEqualTo(10);
        assertThat(devices.present()).isEqualTo(10);
        assertThat(openings.inside).hasSize(10);
    }

    @Test
    void aFloodOfStrangersLeavesNothingBehind() throws Exception {
        for (int number = 1; number <= 5_000; number++) {
            assertThat(lookUp(number)).isEmpty();
        }
        assertThat(devices.present()).isZero();
        assertThat(openings.inside).isEmpty();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        while (cache.size() > BOUNDS.cachedDevices()) { // it trims itself beside the look-ups
            assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
            Thread.sleep(10);
        }
    }

    @Test
    void aDeviceThatIsDeletedWhileItIsAdmittedDoesNotStay() throws Exception {
        Device device = registered(1);
        openings.whileAdmitting = () -> {
            openings.whileAdmitting = () -> {};
            registry.delete(device);
            devices.changed(new DeviceChange.Deleted(device.publicKey(), device.clientId()));
        };
        assertThat(lookUp(1)).isEmpty();
        pass(Duration.ofMinutes(11));
        devices.sweep(List.of());
        assertThat(devices.present()).isZero();
        assertThat(openings.inside).isEmpty();
    }
}
