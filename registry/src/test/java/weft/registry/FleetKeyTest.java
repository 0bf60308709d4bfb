package weft.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import weft.api.DeviceKey;
import weft.api.FleetKeyStatus;
import weft.api.HttpDirectory;
import weft.api.InviteRequest;
import weft.api.KeyUses;
import weft.api.Registration;
import weft.api.RegistryException;

/** A fleet goes over to another key: what devices are told, and which of them are behind. */
class FleetKeyTest {
    private final DeviceKey second = TestRegistry.newKey();

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    @SuppressWarnings("NullAway.Init") // set before each test
    private TestRegistry registry;

    @SuppressWarnings("NullAway.Init") // set before each test
    private HttpDirectory edge;

    @SuppressWarnings("NullAway.Init") // set before each test
    private DeviceKey first;

    @BeforeEach
    void start() throws IOException {
        registry = new TestRegistry(directory);
        edge = registry.directory();
        first = status().key();
    }

    @AfterEach
    void stop() {
        edge.close();
        registry.close();
    }

    private FleetKeyStatus status() throws IOException {
        return registry.admin.fleetKey("", 1000);
    }

    private Registration register(DeviceKey key) throws IOException {
        return registry.client.register(TestRegistry.request(key), registry.invite());
    }

    private static String told(Registration registration) {
        return registration.config().peers().getFirst().publicKey();
    }

    private void uses(DeviceKey fleetKey, DeviceKey... devices) throws IOException {
        edge.keyUses(new KeyUses(fleetKey, List.of(devices)));
    }

    @Test
    void whoRegistersOrAsksIsToldTheNewKeyFromThenOn() throws IOException {
        Registration before = register(TestRegistry.newKey());
        assertThat(told(before)).isEqualTo(first.base64());
        registry.registry.fleetKey(second);
        assertThat(told(register(TestRegistry.newKey()))).isEqualTo(second.base64());
        assertThat(told(registry.client.get(before.id(), before.token().orElseThrow())))
                .isEqualTo(second.base64());
        assertThat(status().key()).isEqualTo(second);
    }

    @Test
    void beforeTheFirstChangeNobodyIsBehind() throws IOException {
        register(TestRegistry.newKey());
        assertThat(status()).isEqualTo(new FleetKeyStatus(first, Optional.empty(), 0, 0, List.of()));
    }

    @Test
    void behindAreThoseWhoWereSeenWithAnotherKeyAndThoseWhoWereNotSeen() throws IOException {
        DeviceKey phone = TestRegistry.newKey();
        DeviceKey asleep = TestRegistry.newKey();
        Registration onPhone = register(phone);
        Registration sleeper = register(asleep);
        Instant begun = Instant.now().minusSeconds(1);
        uses(first, phone);
        registry.registry.fleetKey(second);
        register(TestRegistry.newKey());

        FleetKeyStatus now = status();
        assertThat(now.since().orElseThrow()).isAfter(begun);
        assertThat(now.behind()).isEqualTo(1);
        assertThat(now.unseen()).isEqualTo(1);
        assertThat(now.devices())
                .extracting(FleetKeyStatus.Behind::id)
                .containsExactlyInAnyOrder(onPhone.id(), sleeper.id());
        for (FleetKeyStatus.Behind device : now.devices()) {
            assertThat(device.name()).isEqualTo("phone");
            assertThat(device.seen().isPresent()).isEqualTo(device.id().equals(onPhone.id()));
        }

        uses(second, phone, asleep);
        assertThat(status().devices()).isEmpty();
        uses(first, phone);
        assertThat(status().behind()).as("gone back").isEqualTo(1);
        registry.client.delete(onPhone.id(), onPhone.token().orElseThrow());
        assertThat(status().behind()).isZero();
    }

    @Test
    void whoIsBlockedHoldsNobodyUp() throws IOException {
        Registration made = register(TestRegistry.newKey());
        registry.registry.fleetKey(second);
        assertThat(status().unseen()).isEqualTo(1);
        registry.admin.block(made.id());
        assertThat(status().unseen()).isZero();
    }

    @Test
    void sinceWhenOutlivesARestart() throws IOException {
        register(TestRegistry.newKey());
        registry.registry.fleetKey(second);
        FleetKeyStatus before = status();
        stop();
        registry = new TestRegistry(
                directory,
                config -> RegistryConfig.builder(
                                directory,
                                second,
                                TestRegistry.config(directory).build().endpoint())
                        .listen(config.build().listen())
                        .adminListen(config.build().adminListen())
                        .limits(TestRegistry.GENEROUS));
        edge = registry.directory();
        assertThat(status()).isEqualTo(before);
    }

    @Test
    void theListComesInPages() throws IOException {
        Optional<String> invite = registry.invite(InviteRequest.simple().withUses(10));
        for (int i = 0; i < 5; i++) {
            registry.client.register(TestRegistry.request(TestRegistry.newKey()), invite);
        }
        registry.registry.fleetKey(second);
        List<String> ids = new ArrayList<>();
        for (String after = ""; ids.size() < 5; after = ids.getLast()) {
            FleetKeyStatus page = registry.admin.fleetKey(after, 2);
            assertThat(page.unseen()).isEqualTo(5);
            assertThat(page.devices()).isNotEmpty().hasSizeLessThanOrEqualTo(2);
            page.devices().forEach(device -> ids.add(device.id()));
        }
        assertThat(ids).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void onlyEdgesMayTellAndTheyCannotTellOfStrangersOrOfTooMany() throws Exception {
        uses(first, TestRegistry.newKey());
        registry.registry.fleetKey(second);
        assertThat(status().behind()).isZero();
        assertThat(registry.send("POST", "/fleet/api/key-uses", "{}").statusCode())
                .isEqualTo(401);
        String many =
                "\"" + TestRegistry.newKey().base64() + "\"" + (",\"" + first.base64() + "\"").repeat(KeyUses.MOST);
        String body = "{\"fleet_key\":\"" + first.base64() + "\",\"devices\":[" + many + "]}";
        assertThat(registry.send(
                                "POST",
                                "/fleet/api/key-uses",
                                body,
                                "Authorization",
                                "Bearer " + registry.token("edge.token"))
                        .statusCode())
                .isEqualTo(400);
        HttpDirectory stranger = new HttpDirectory(registry.url(), "no-token", Optional.empty());
        assertThatThrownBy(() -> stranger.keyUses(new KeyUses(first, List.of())))
                .isInstanceOf(RegistryException.class);
        stranger.close();
    }
}
