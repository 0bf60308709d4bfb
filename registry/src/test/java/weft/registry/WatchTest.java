package weft.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import weft.api.DeviceChange;
import weft.api.DeviceDirectory;
import weft.api.DeviceKey;
import weft.api.DeviceUpdate;
import weft.api.HttpDirectory;
import weft.api.Registration;

/** Edges hear of every change, near and far, and of every gap. */
class WatchTest {
    private static final DeviceChange EVERYTHING = new DeviceChange.Everything();

    @TempDir
    Path directory;

    private final BlockingQueue<DeviceChange> heard = new LinkedBlockingQueue<>();

    private @Nullable DeviceChange next() throws InterruptedException {
        return heard.poll(10, TimeUnit.SECONDS);
    }

    private void aDevicesLifeIsHeard(TestRegistry registry, DeviceDirectory edge) throws Exception {
        try (DeviceDirectory.Watch _ = edge.watch(heard::add)) {
            assertThat(next()).isEqualTo(EVERYTHING);
            DeviceKey key = TestRegistry.newKey();
            Registration made = registry.client.register(TestRegistry.request(key), registry.invite());
            String token = made.token().orElseThrow();
            int clientId = edge.byKey(key).orElseThrow().clientId();
            assertThat(next()).isEqualTo(new DeviceChange.Registered(key, clientId));

            registry.admin.block(made.id());
            assertThat(next()).isEqualTo(new DeviceChange.Changed(key, clientId));

            DeviceKey newKey = TestRegistry.newKey();
            registry.client.update(made.id(), token, DeviceUpdate.nothing().withKey(newKey));
            assertThat(next()).isEqualTo(new DeviceChange.Deleted(key, clientId));
            assertThat(next()).isEqualTo(new DeviceChange.Registered(newKey, clientId));

            registry.client.delete(made.id(), token);
            assertThat(next()).isEqualTo(new DeviceChange.Deleted(newKey, clientId));
            assertThat(heard).isEmpty();
        }
    }

    @Test
    void anEdgeInTheSameProcessHearsOfADevicesLife() throws Exception {
        try (TestRegistry registry = new TestRegistry(directory)) {
            aDevicesLifeIsHeard(registry, registry.registry.directory());
        }
    }

    @Test
    void anEdgeElsewhereHearsOfADevicesLife() throws Exception {
        try (TestRegistry registry = new TestRegistry(directory);
                HttpDirectory edge = registry.directory()) {
            aDevicesLifeIsHeard(registry, edge);
        }
    }

    @Test
    void afterTheRegistryWasAwayEverythingMayHaveChanged() throws Exception {
        TestRegistry first = new TestRegistry(directory);
        int port = first.registry.boundAddress().getPort();
        try (HttpDirectory edge = new HttpDirectory(
                        URI.create("http://127.0.0.1:" + port), first.token("edge.token"), Optional.empty());
                DeviceDirectory.Watch _ = edge.watch(heard::add)) {
            assertThat(next()).isEqualTo(EVERYTHING);
            first.close();
            InetSocketAddress same = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
            try (TestRegistry second = new TestRegistry(directory, config -> config.listen(List.of(same)))) {
                assertThat(next()).isEqualTo(EVERYTHING);
                DeviceKey key = TestRegistry.newKey();
                second.client.register(TestRegistry.request(key), second.invite());
                assertThat(next()).isInstanceOf(DeviceChange.Registered.class);
            }
        }
    }
}
