package weft.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import weft.api.Device;
import weft.api.DeviceChange;
import weft.api.DeviceDirectory;
import weft.api.DeviceKey;
import weft.api.KeyUses;

class DeviceCacheTest {
    private static final DeviceKey KEY = DeviceKey.of(new byte[32]);
    private static final EdgeConfig.Bounds BOUNDS =
            new EdgeConfig.Bounds(100, Duration.ofSeconds(5), 100, Duration.ofMinutes(1));

    private final TestDirectory registry = new TestDirectory();
    private final AtomicLong now = new AtomicLong();
    private final DeviceCache cache = new DeviceCache(registry, BOUNDS, now::get);
    private final Device device = TestDirectory.device(KEY, "phone", 17);

    @Test
    void aKnownDeviceIsAskedForOnce() throws IOException {
        registry.put(device);
        assertThat(cache.byKey(KEY)).contains(device);
        assertThat(cache.byKey(KEY)).contains(device);
        assertThat(registry.questions).hasValue(1);
    }

    @Test
    void aRefusalIsRememberedForAShortTime() throws IOException {
        assertThat(cache.byKey(KEY)).isEmpty();
        assertThat(cache.byKey(KEY)).isEmpty();
        assertThat(registry.questions).hasValue(1);
        registry.put(device);
        now.addAndGet(BOUNDS.refusalLife().toNanos());
        assertThat(cache.byKey(KEY)).contains(device);
    }

    @Test
    void whatIsTakenBackIsAskedForAgain() throws IOException {
        registry.put(device);
        cache.byKey(KEY);
        Device disabled = TestDirectory.enabled(device, false);
        registry.put(disabled);
        cache.takeBack(KEY);
        assertThat(cache.byKey(KEY)).contains(disabled);
    }

    @Test
    void aKnownDeviceStaysKnownWhileTheRegistryIsAway() throws IOException {
        registry.put(device);
        cache.byKey(KEY);
        registry.away = true;
        cache.takeBackAll();
        assertThat(cache.byKey(KEY)).contains(device);
    }

    @Test
    void anUnknownDeviceIsAnErrorWhileTheRegistryIsAwayAndNotARefusal() throws IOException {
        registry.away = true;
        assertThatThrownBy(() -> cache.byKey(KEY)).isInstanceOf(IOException.class);
        registry.away = false;
        registry.put(device);
        assertThat(cache.byKey(KEY)).contains(device);
    }

    @Test
    void manyWhoAskAtOnceAskTheRegistryOnceAndHearWhatIsNew() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        DeviceCache slow = new DeviceCache(new Slow(registry, asked, answer), BOUNDS);
        registry.put(device);
        List<Optional<Device>> heard = new ArrayList<>();
        List<Thread> many = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            many.add(Thread.ofVirtual().start(() -> {
                try {
                    Optional<Device> found = slow.byKey(KEY);
                    synchronized (heard) {
                        heard.add(found);
                    }
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }));
        }
        asked.await();
        Device disabled = TestDirectory.enabled(device, false);
        registry.put(disabled);
        slow.takeBack(KEY); // while the question is under way
        answer.countDown();
        for (Thread one : many) {
            one.join();
        }
        assertThat(heard)
                .hasSize(20)
                .allMatch(found -> found.filter(disabled::equals).isPresent());
        assertThat(registry.questions.get()).isLessThanOrEqualTo(2);
    }

    /** Holds the first answer back. */
    private record Slow(DeviceDirectory behind, CountDownLatch asked, CountDownLatch answer)
            implements DeviceDirectory {
        @Override
        public Optional<Device> byKey(DeviceKey publicKey) throws IOException {
            Optional<Device> found = behind.byKey(publicKey);
            asked.countDown();
            try {
                answer.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            return found;
        }

        @Override
        public List<Device> byClientId(int clientId) throws IOException {
            return behind.byClientId(clientId);
        }

        @Override
        public void keyUses(KeyUses uses) throws IOException {
            behind.keyUses(uses);
        }

        @Override
        public Watch watch(Consumer<DeviceChange> listener) {
            return behind.watch(listener);
        }

        @Override
        public void close() {}
    }
}
