package weft.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import weft.api.AccountType;
import weft.api.AccountUpdate;
import weft.api.AdminAccount;
import weft.api.DeviceChange;
import weft.api.DeviceDirectory;
import weft.api.DeviceKey;
import weft.api.InviteRequest;
import weft.api.License;
import weft.api.Problem;
import weft.api.Registration;
import weft.api.RegistryException;

/** Accounts and licenses, as admins and devices handle them. */
class AccountsTest {
    @TempDir
    Path directory;

    private TestRegistry registry;
    private final BlockingQueue<DeviceChange> heard = new LinkedBlockingQueue<>();

    @BeforeEach
    void start() throws IOException {
        registry = new TestRegistry(directory);
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    private Registration register() throws IOException {
        return registry.client.register(TestRegistry.request(TestRegistry.newKey()), registry.invite());
    }

    private static AccountUpdate plan(AccountType plan) {
        return new AccountUpdate(Optional.of(plan), Optional.empty());
    }

    private AccountType planAtTheEdge(Registration device) throws IOException {
        return registry.registry
                .directory()
                .byKey(DeviceKey.parse(device.key()))
                .orElseThrow()
                .account();
    }

    private static void assertRefused(Problem problem, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        RegistryException.class, e -> assertThat(e.problem()).contains(problem));
    }

    @Test
    void anAdminUpgradesTheAccountThatADeviceHasAndItsEdgesHear() throws Exception {
        Registration device = register();
        String account = registry.admin.device(device.id()).accountId();
        assertThat(registry.admin.accounts("", 10))
                .as("free accounts of one device")
                .isEmpty();
        try (DeviceDirectory.Watch _ = registry.registry.directory().watch(heard::add)) {
            assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo(new DeviceChange.Everything());
            AdminAccount plus = registry.admin.updateAccount(account, plan(AccountType.PLUS));
            assertThat(plus.plan()).isEqualTo(AccountType.PLUS);
            assertThat(plus.devices()).isEqualTo(1);
            assertThat(heard.poll(10, TimeUnit.SECONDS)).isInstanceOf(DeviceChange.Changed.class);
            assertThat(planAtTheEdge(device)).isEqualTo(AccountType.PLUS);
            assertThat(registry.admin.accounts("", 10)).containsExactly(plus);

            registry.admin.updateAccount(account, new AccountUpdate(Optional.empty(), Optional.of(7)));
            assertThat(registry.admin.account(account).maxDevices()).isEqualTo(7);
            registry.admin.updateAccount(account, plan(AccountType.FREE));
            assertThat(heard.poll(10, TimeUnit.SECONDS)).isInstanceOf(DeviceChange.Changed.class);
            assertThat(heard).isEmpty();
            assertThat(planAtTheEdge(device)).isEqualTo(AccountType.FREE);
        }
    }

    @Test
    void aNewLicenseMakesTheOldOneWorthlessAndLeavesTheDevices() throws IOException {
        License made = registry.admin.license(Optional.empty(), Optional.empty());
        assertThat(registry.admin.license(made.accountId())).isEqualTo(made);
        Registration inside = register();
        registry.client.setLicense(inside.id(), inside.token().orElseThrow(), made.license());

        License renewed = registry.admin.renewLicense(made.accountId());

        assertThat(renewed.license()).isNotEqualTo(made.license()).hasSameSizeAs(made.license());
        Registration late = register();
        assertRefused(
                Problem.BAD_LICENSE,
                () -> registry.client.setLicense(late.id(), late.token().orElseThrow(), made.license()));
        registry.client.setLicense(late.id(), late.token().orElseThrow(), renewed.license());
        assertThat(registry.admin.account(made.accountId()).devices()).isEqualTo(2);
        assertThat(planAtTheEdge(inside)).isEqualTo(AccountType.PLUS);
    }

    @Test
    void aDeviceThatDropsItsLicenseIsOnAFreeAccountOfItsOwn() throws IOException {
        License made = registry.admin.license(Optional.empty(), Optional.of(1));
        Registration device = register();
        String token = device.token().orElseThrow();
        registry.client.setLicense(device.id(), token, made.license());

        var dropped = registry.client.dropLicense(device.id(), token);

        assertThat(dropped.warpPlus()).isFalse();
        assertThat(registry.client.account(device.id(), token)).isEqualTo(dropped);
        assertThat(planAtTheEdge(device)).isEqualTo(AccountType.FREE);
        assertThat(registry.admin.account(made.accountId()).devices()).isZero();
        assertThat(registry.client.dropLicense(device.id(), token))
                .as("once more")
                .isEqualTo(dropped);
    }

    @Test
    void anAccountThatOneDeviceWasInvitedToIsNotDropped() throws IOException {
        Registration device = registry.client.register(
                TestRegistry.request(TestRegistry.newKey()),
                registry.invite(InviteRequest.simple().withPlan(AccountType.PLUS)));
        assertThat(registry.client
                        .dropLicense(device.id(), device.token().orElseThrow())
                        .warpPlus())
                .isTrue();
    }

    @Test
    void accountsThatDoNotExistAndBadBoundsAreRefused() throws IOException {
        String unknown = UUID.randomUUID().toString();
        assertRefused(Problem.NOT_FOUND, () -> registry.admin.account(unknown));
        assertRefused(Problem.NOT_FOUND, () -> registry.admin.account("none"));
        assertRefused(Problem.NOT_FOUND, () -> registry.admin.license(unknown));
        assertRefused(Problem.NOT_FOUND, () -> registry.admin.renewLicense(unknown));
        assertRefused(Problem.NOT_FOUND, () -> registry.admin.updateAccount(unknown, plan(AccountType.PLUS)));
        String account =
                registry.admin.license(Optional.empty(), Optional.empty()).accountId();
        for (int devices : new int[] {0, -1, 10_001}) {
            AccountUpdate update = new AccountUpdate(Optional.empty(), Optional.of(devices));
            assertRefused(Problem.MALFORMED, () -> registry.admin.updateAccount(account, update));
        }
        assertRefused(Problem.MALFORMED, () -> registry.admin.license(Optional.empty(), Optional.of(0)));
    }

    @Test
    void accountsAreListedPageByPage() throws IOException {
        for (int i = 0; i < 5; i++) {
            registry.admin.license(Optional.empty(), Optional.empty());
        }
        List<AdminAccount> first = registry.admin.accounts("", 3);
        List<AdminAccount> second = registry.admin.accounts(first.getLast().id(), 3);
        assertThat(first).hasSize(3);
        assertThat(second).hasSize(2).doesNotContainAnyElementsOf(first);
    }

    /** The journal keeps 4096 changes: a great account must not push everybody else's out of it. */
    @Test
    void aGreatAccountsUpgradeIsToldAsAChangeOfEverything() throws Exception {
        License made = registry.admin.license(Optional.of(AccountType.FREE), Optional.of(1000));
        try (Database database = Database.open("sqlite:" + directory.resolve("registry.db"), Optional.empty())) {
            database.write(handle -> {
                for (int i = 1; i <= 300; i++) {
                    insert(handle, made.accountId(), i);
                }
                return true;
            });
        }
        try (DeviceDirectory.Watch _ = registry.registry.directory().watch(heard::add)) {
            assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo(new DeviceChange.Everything());
            registry.admin.updateAccount(made.accountId(), plan(AccountType.PLUS));
            assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo(new DeviceChange.Everything());
            register();
            assertThat(heard.poll(10, TimeUnit.SECONDS)).isInstanceOf(DeviceChange.Registered.class);
        }
    }

    private static void insert(Handle handle, String account, int number) {
        Devices.insert(
                handle,
                new Rows.DeviceRow(
                        UUID.randomUUID().toString(),
                        account,
                        AccountType.FREE,
                        "",
                        TestRegistry.newKey().base64(),
                        Optional.empty(),
                        number,
                        number,
                        "fd00::" + number,
                        "",
                        "",
                        "",
                        "",
                        "",
                        Optional.empty(),
                        Rows.Standing.ADMITTED,
                        true,
                        0,
                        0));
    }
}
