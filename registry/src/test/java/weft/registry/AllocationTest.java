package weft.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import weft.api.AccountType;
import weft.api.Device;
import weft.api.DeviceKey;
import weft.api.InviteRequest;
import weft.api.Registration;
import weft.api.RegistryException;

/** No two devices get the same address, nor the same client id while another is free, however many come at once. */
class AllocationTest {
    private static final int DEVICES = 120;
    private static final int AT_ONCE = 16;

    @TempDir
    Path directory;

    @Test
    void concurrentRegistrationsNeverShareOnSqlite() throws Exception {
        try (TestRegistry registry = new TestRegistry(directory)) {
            registerManyAtOnce(registry);
        }
    }

    @Test
    void concurrentRegistrationsNeverShareOnPostgresql() throws Exception {
        try (Postgres postgres = new Postgres();
                TestRegistry registry = new TestRegistry(directory, config -> config.database(postgres.url()))) {
            registerManyAtOnce(registry);
        }
    }

    /** Two registries on one PostgreSQL: only the database keeps them apart. */
    @Test
    void twoRegistriesOnOneDatabaseNeverShare() throws Exception {
        try (Postgres postgres = new Postgres();
                TestRegistry one = new TestRegistry(
                        directory, config -> config.database(postgres.url()).inner6(Prefix.parse("fd00:1::/48")));
                TestRegistry two = new TestRegistry(
                        directory, config -> config.database(postgres.url()).inner6(Prefix.parse("fd00:1::/48")))) {
            Optional<String> invite = one.invite(InviteRequest.simple().withUses(DEVICES));
            List<Registration> made = atOnce(IntStream.range(0, DEVICES)
                    .<Callable<Registration>>mapToObj(i -> () -> (i % 2 == 0 ? one : two)
                            .client.register(TestRegistry.request(TestRegistry.newKey()), invite))
                    .toList());
            assertAllDiffer(made);
        }
    }

    private static void registerManyAtOnce(TestRegistry registry) throws Exception {
        Optional<String> invite = registry.invite(InviteRequest.simple().withUses(DEVICES));
        List<Registration> made = atOnce(IntStream.range(0, DEVICES)
                .<Callable<Registration>>mapToObj(
                        i -> () -> registry.client.register(TestRegistry.request(TestRegistry.newKey()), invite))
                .toList());
        assertAllDiffer(made);
        assertThat(registry.admin.invites().getFirst().usesLeft()).isZero();
        for (Registration each : made) {
            Device device = registry.registry
                    .directory()
                    .byKey(DeviceKey.parse(each.key()))
                    .orElseThrow();
            assertThat(device.inner4().getHostAddress())
                    .isEqualTo(each.config().inner().addresses().v4());
        }
    }

    private static void assertAllDiffer(List<Registration> made) {
        assertThat(made).hasSize(DEVICES);
        assertThat(made).extracting(each -> each.config().clientId()).doesNotHaveDuplicates();
        assertThat(made)
                .extracting(each -> each.config().inner().addresses().v4())
                .doesNotHaveDuplicates();
        assertThat(made)
                .extracting(each -> each.config().inner().addresses().v6())
                .doesNotHaveDuplicates();
    }

    @Test
    void anInviteForOneDeviceLetsOneInHoweverManyTryAtOnce() throws Exception {
        try (TestRegistry registry = new TestRegistry(directory)) {
            Optional<String> invite = registry.invite();
            List<Boolean> admitted = atOnce(IntStream.range(0, 30)
                    .<Callable<Boolean>>mapToObj(i -> () -> admitted(registry, invite))
                    .toList());
            assertThat(admitted).containsOnlyOnce(true);
        }
    }

    @Test
    void aKeyIsRegisteredOnceHoweverManyTryAtOnce() throws Exception {
        try (TestRegistry registry = new TestRegistry(directory)) {
            Optional<String> invite = registry.invite(InviteRequest.simple().withUses(30));
            DeviceKey key = TestRegistry.newKey();
            List<Boolean> admitted = atOnce(IntStream.range(0, 30)
                    .<Callable<Boolean>>mapToObj(i -> () -> admitted(registry, key, invite))
                    .toList());
            assertThat(admitted).containsOnlyOnce(true);
            assertThat(registry.admin.invites().getFirst().usesLeft()).isEqualTo(29);
        }
    }

    private static boolean admitted(TestRegistry registry, Optional<String> invite) throws IOException {
        return admitted(registry, TestRegistry.newKey(), invite);
    }

    private static boolean admitted(TestRegistry registry, DeviceKey key, Optional<String> invite) throws IOException {
        try {
            registry.client.register(TestRegistry.request(key), invite);
            return true;
        } catch (RegistryException e) {
            return false;
        }
    }

    private static <T> List<T> atOnce(List<Callable<T>> calls) throws InterruptedException, ExecutionException {
        try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
            List<Future<T>> futures = threads.invokeAll(calls);
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        }
    }

    @Test
    void clientIdsAreAllUsedOnceThenSharedByTwelveAndThenThereAreNone() throws IOException {
        int greatest = 15;
        Path file = directory.resolve("ids.db");
        try (Database database = Database.open("sqlite:" + file, Optional.empty())) {
            ClientIds ids = new ClientIds(greatest, new Random(7));
            Set<Integer> first = new HashSet<>();
            for (int i = 0; i < greatest; i++) {
                first.add(database.write(handle -> insert(handle, ids.next(handle))));
            }
            assertThat(first).hasSize(greatest).allMatch(id -> id >= 1 && id <= greatest);
            for (int i = greatest; i < greatest * ClientIds.SHARED_BY; i++) {
                database.write(handle -> insert(handle, ids.next(handle)));
            }
            for (int id = 1; id <= greatest; id++) {
                int shared = id;
                List<Rows.DeviceRow> sharing = database.read(handle -> Devices.byClientId(handle, shared));
                assertThat(sharing).hasSize(ClientIds.SHARED_BY);
            }
            assertThatThrownBy(() -> database.write(ids::next)).isInstanceOf(Refusal.class);
        }
    }

    private static int insert(Handle handle, int clientId) {
        InnerAddresses.Pair inner =
                new InnerAddresses(Prefix.parse("10.0.0.0/16"), Prefix.parse("fd00::/48")).next(handle);
        String account = Accounts.create(handle, AccountType.FREE, 5, false, 0).id();
        Devices.insert(
                handle,
                new Rows.DeviceRow(
                        UUID.randomUUID().toString(),
                        account,
                        AccountType.FREE,
                        "",
                        "key " + inner.v4(),
                        Optional.empty(),
                        clientId,
                        inner.v4(),
                        inner.v6(),
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
        return clientId;
    }

    @Test
    void innerAddressesGoRoundThePrefixAndFillIt() throws Exception {
        try (TestRegistry registry =
                new TestRegistry(directory, config -> config.inner4(Prefix.parse("10.9.8.0/26")))) {
            Optional<String> invite = registry.invite(InviteRequest.simple().withUses(100));
            int room = 64 - InnerAddresses.RESERVED - 1;
            Registration last = register(registry, invite);
            assertThat(last.config().inner().addresses().v4()).isEqualTo("10.9.8.16");
            for (int i = 1; i < room; i++) {
                last = register(registry, invite);
            }
            assertThat(last.config().inner().addresses().v4()).isEqualTo("10.9.8.62");
            HttpResponse<String> full = registry.send(
                    "POST",
                    "/v0a1/reg",
                    "{\"key\":\"" + TestRegistry.newKey().base64() + "\"}",
                    "Authorization",
                    "Bearer " + invite.orElseThrow());
            assertThat(full.statusCode()).isEqualTo(503);
            registry.client.delete(last.id(), last.token().orElseThrow());
            assertThat(register(registry, invite).config().inner().addresses().v4())
                    .isEqualTo("10.9.8.62");
        }
    }

    private static Registration register(TestRegistry registry, Optional<String> invite) throws IOException {
        return registry.client.register(TestRegistry.request(TestRegistry.newKey()), invite);
    }
}
