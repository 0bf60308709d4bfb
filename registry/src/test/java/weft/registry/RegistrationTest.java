package weft.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import weft.api.AccountType;
import weft.api.BoundDevice;
import weft.api.Device;
import weft.api.DeviceKey;
import weft.api.DeviceUpdate;
import weft.api.HttpDirectory;
import weft.api.InviteRequest;
import weft.api.Problem;
import weft.api.Registration;
import weft.api.RegistryException;

/** A device's life, over real HTTP. */
class RegistrationTest {
    @TempDir
    Path directory;

    private TestRegistry registry;

    @BeforeEach
    void start() throws IOException {
        registry = new TestRegistry(directory);
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    private Registration register(DeviceKey key) throws IOException {
        return registry.client.register(TestRegistry.request(key), registry.invite());
    }

    @Test
    void aDeviceWithAnInviteRegistersAndAnEdgeFindsIt() throws IOException {
        DeviceKey key = TestRegistry.newKey();
        Registration made = register(key);

        assertThat(made.key()).isEqualTo(key.base64());
        assertThat(made.enabled()).isTrue();
        assertThat(made.token()).isPresent();
        byte[] reserved = made.config().reserved();
        int clientId = Integer.parseInt(HexFormat.of().formatHex(reserved), 16);
        assertThat(clientId).isNotZero();

        try (HttpDirectory edge = registry.directory()) {
            Device device = edge.byKey(key).orElseThrow();
            assertThat(device.id()).isEqualTo(made.id());
            assertThat(device.clientId()).isEqualTo(clientId);
            assertThat(device.enabled()).isTrue();
            assertThat(device.account()).isEqualTo(AccountType.FREE);
            var addresses = made.config().inner().addresses();
            assertThat(device.inner4().getHostAddress())
                    .isEqualTo(addresses.v4())
                    .startsWith("100.96.");
            assertThat(device.inner6().getHostAddress())
                    .isEqualTo(addresses.v6())
                    .startsWith("fd");
            assertThat(edge.byClientId(clientId)).containsExactly(device);
            assertThat(edge.byKey(TestRegistry.newKey())).isEmpty();
            assertThat(registry.registry.directory().byKey(key)).contains(device);
        }
    }

    @Test
    void theEndpointHasTheFormThatExistingClientsTakeApart() throws IOException {
        var endpoint =
                register(TestRegistry.newKey()).config().peers().getFirst().endpoint();
        assertThat(endpoint.host()).isEqualTo("192.0.2.1:2408");
        assertThat(endpoint.v4()).isEqualTo("192.0.2.1:0");
        assertThat(endpoint.v6()).isEqualTo("[2001:db8:0:0:0:0:0:1]:0");
        assertThat(endpoint.ports()).containsExactly(2408, 500);
        assertThat(endpoint.addresses())
                .extracting(Object::toString)
                .containsExactly("/192.0.2.1:2408", "/[2001:db8:0:0:0:0:0:1]:2408");
    }

    @Test
    void aDeviceReadsRenamesRekeysPausesAndDeletesItself() throws IOException {
        DeviceKey first = TestRegistry.newKey();
        Registration made = register(first);
        String token = made.token().orElseThrow();
        DeviceKey second = TestRegistry.newKey();

        Registration updated = registry.client.update(
                made.id(),
                token,
                DeviceUpdate.nothing().withName("laptop").withKey(second).withEnabled(false));

        assertThat(updated.name()).isEqualTo("laptop");
        assertThat(updated.key()).isEqualTo(second.base64());
        assertThat(updated.enabled()).isFalse();
        assertThat(updated.token()).isEmpty();
        assertThat(updated.config().clientId()).isEqualTo(made.config().clientId());
        assertThat(registry.client.get(made.id(), token)).isEqualTo(updated);
        assertThat(registry.registry.directory().byKey(first)).isEmpty();
        assertThat(registry.registry.directory().byKey(second).orElseThrow().enabled())
                .isFalse();

        registry.client.delete(made.id(), token);
        assertThat(registry.registry.directory().byKey(second)).isEmpty();
        assertRefused(Problem.UNAUTHORIZED, () -> registry.client.get(made.id(), token));
    }

    @Test
    void aLicenseMovesADeviceToItsAccountAndFillsUp() throws IOException {
        var license = registry.admin.license(Optional.empty(), Optional.of(1));
        Registration first = register(TestRegistry.newKey());
        Registration second = register(TestRegistry.newKey());
        String token = first.token().orElseThrow();
        assertThat(registry.client.account(first.id(), token).warpPlus()).isFalse();

        var account = registry.client.setLicense(first.id(), token, license.license());

        assertThat(account.warpPlus()).isTrue();
        assertThat(account.id()).isEqualTo(license.accountId());
        assertThat(registry.client.account(first.id(), token)).isEqualTo(account);
        assertThat(registry.registry
                        .directory()
                        .byKey(DeviceKey.parse(first.key()))
                        .orElseThrow()
                        .account())
                .isEqualTo(AccountType.PLUS);
        List<BoundDevice> devices = registry.client.devices(first.id(), token);
        assertThat(devices).extracting(BoundDevice::id).containsExactly(first.id());
        assertRefused(
                Problem.BAD_LICENSE,
                () -> registry.client.setLicense(second.id(), second.token().orElseThrow(), license.license()));
        assertRefused(Problem.BAD_LICENSE, () -> registry.client.setLicense(first.id(), token, "no such license"));
    }

    @Test
    void anInviteGivesItsPlanAndGroup() throws IOException {
        DeviceKey key = TestRegistry.newKey();
        registry.client.register(
                TestRegistry.request(key),
                registry.invite(
                        InviteRequest.simple().withPlan(AccountType.PLUS).withGroup("family")));
        Device device = registry.registry.directory().byKey(key).orElseThrow();
        assertThat(device.account()).isEqualTo(AccountType.PLUS);
        assertThat(device.group()).contains("family");
    }

    @Test
    void anotherDevicesTokenOpensNothing() throws IOException {
        Registration one = register(TestRegistry.newKey());
        Registration other = register(TestRegistry.newKey());
        assertRefused(
                Problem.UNAUTHORIZED,
                () -> registry.client.get(one.id(), other.token().orElseThrow()));
        assertRefused(
                Problem.UNAUTHORIZED,
                () -> registry.client.get("unknown", other.token().orElseThrow()));
    }

    @Test
    void whatIsRegisteredSurvivesARestart() throws IOException {
        DeviceKey key = TestRegistry.newKey();
        register(key);
        Device before = registry.registry.directory().byKey(key).orElseThrow();
        registry.close();
        registry = new TestRegistry(directory);
        assertThat(registry.registry.directory().byKey(key)).contains(before);
        assertThat(register(TestRegistry.newKey()).config().inner().addresses().v6())
                .startsWith(before.inner6().getHostAddress().substring(0, 10));
    }

    @Test
    void aDatabaseOfTheFirstSchemaIsBroughtUpToDate() throws IOException {
        DeviceKey key = TestRegistry.newKey();
        register(key);
        registry.close();
        try (Database database = Database.open("sqlite:" + directory.resolve("registry.db"), Optional.empty())) {
            database.write(handle -> handle.execute("DROP TABLE device_change")
                    + handle.execute("DROP TABLE device_change_head")
                    + handle.execute("DROP TABLE device_fleet_key")
                    + handle.execute("DELETE FROM schema_version WHERE version > 1"));
        }
        registry = new TestRegistry(directory);
        assertThat(registry.registry.directory().byKey(key)).isPresent();
        register(TestRegistry.newKey());
    }

    @Test
    void filesWithSecretsAreForTheirOwnerOnly() throws IOException {
        for (String file : List.of("registry.db", "registry.db-wal", "registry.db-shm", "admin.token", "edge.token")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(file))))
                    .as(file)
                    .isEqualTo("rw-------");
        }
    }

    private static void assertRefused(Problem problem, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(RegistryException.class, e -> {
                    assertThat(e.problem()).contains(problem);
                    assertThat(e.status()).isEqualTo(problem.status());
                })
                .hasMessageContaining("Next: " + problem.advice());
    }
}
