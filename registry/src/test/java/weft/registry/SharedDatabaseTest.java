package weft.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import weft.api.AccountType;
import weft.api.AccountUpdate;
import weft.api.AdminAccount;
import weft.api.AdminClient;
import weft.api.AdminDevice;
import weft.api.DeviceChange;
import weft.api.DeviceDirectory;
import weft.api.DeviceKey;
import weft.api.DeviceUpdate;
import weft.api.FleetKeyStatus;
import weft.api.HttpDirectory;
import weft.api.InviteInfo;
import weft.api.InviteRequest;
import weft.api.KeyUses;
import weft.api.License;
import weft.api.Registration;

/** Two registries on one PostgreSQL: what is done at the one is heard by the edges of the other, whatever happens between. */
class SharedDatabaseTest {
    private static final DeviceChange EVERYTHING = new DeviceChange.Everything();
    private static final String OTHER_BACKENDS =
            "FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()";

    @TempDir
    Path directory;

    private final BlockingQueue<DeviceChange> heard = new LinkedBlockingQueue<>();
    private @Nullable Postgres started;
    private @Nullable TestRegistry here;
    private @Nullable TestRegistry there;
    private @Nullable HttpDirectory edge;

    @BeforeEach
    void start() throws Exception {
        started = new Postgres();
        here = registry("here");
        there = registry("there");
        edge = there.directory();
    }

    private TestRegistry registry(String name) throws IOException {
        Path own = Files.createDirectory(directory.resolve(name));
        return new TestRegistry(own, config -> config.database(postgres().url()));
    }

    @AfterEach
    void stop() throws IOException {
        edge().close();
        there().close();
        here().close();
        postgres().close();
    }

    private Postgres postgres() {
        return Optional.ofNullable(started).orElseThrow();
    }

    private TestRegistry here() {
        return Optional.ofNullable(here).orElseThrow();
    }

    private TestRegistry there() {
        return Optional.ofNullable(there).orElseThrow();
    }

    private HttpDirectory edge() {
        return Optional.ofNullable(edge).orElseThrow();
    }

    private DeviceChange next(Duration within) throws InterruptedException {
        DeviceChange change = heard.poll(within.toMillis(), TimeUnit.MILLISECONDS);
        assertThat(change).as("heard within %s", within).isNotNull();
        return Optional.ofNullable(change).orElseThrow();
    }

    private static Registration register(TestRegistry at, DeviceKey key) throws IOException {
        return at.client.register(TestRegistry.request(key), at.invite());
    }

    @Test
    void anEdgeOfTheOtherRegistryHearsOfADevicesLifeWithinASecond() throws Exception {
        try (DeviceDirectory.Watch _ = edge().watch(heard::add)) {
            assertThat(next(Duration.ofSeconds(10))).isEqualTo(EVERYTHING);
            DeviceKey key = TestRegistry.newKey();
            Registration made = register(here(), key);
            int clientId = edge().byKey(key).orElseThrow().clientId();
            Duration second = Duration.ofSeconds(1);
            assertThat(next(second)).isEqualTo(new DeviceChange.Registered(key, clientId));

            here().admin.block(made.id());
            assertThat(next(second)).isEqualTo(new DeviceChange.Changed(key, clientId));
            there().admin.approve(made.id());
            assertThat(next(second)).isEqualTo(new DeviceChange.Changed(key, clientId));

            String token = made.token().orElseThrow();
            String license =
                    there().admin.license(Optional.empty(), Optional.empty()).license();
            here().client.setLicense(made.id(), token, license);
            assertThat(next(second)).isEqualTo(new DeviceChange.Changed(key, clientId));

            DeviceKey newKey = TestRegistry.newKey();
            here().client.update(made.id(), token, DeviceUpdate.nothing().withKey(newKey));
            assertThat(next(second)).isEqualTo(new DeviceChange.Deleted(key, clientId));
            assertThat(next(second)).isEqualTo(new DeviceChange.Registered(newKey, clientId));

            here().admin.deleteDevice(made.id());
            assertThat(next(second)).isEqualTo(new DeviceChange.Deleted(newKey, clientId));
            assertThat(heard).isEmpty();
        }
    }

    @Test
    void noChangeIsLostWithTheConnections() throws Exception {
        try (DeviceDirectory.Watch _ = edge().watch(heard::add)) {
            assertThat(next(Duration.ofSeconds(10))).isEqualTo(EVERYTHING);
            for (int i = 0; i < 5; i++) {
                String ended = postgres().sql("SELECT count(pg_terminate_backend(pid)) " + OTHER_BACKENDS);
                assertThat(Integer.parseInt(ended.strip()))
                        .as("connections that ended")
                        .isGreaterThanOrEqualTo(2);
                DeviceKey key = TestRegistry.newKey();
                registerInSpiteOf(key);
                assertThat(next(Duration.ofSeconds(2))).isInstanceOf(DeviceChange.Registered.class);
                assertThat(heard).isEmpty();
            }
        }
    }

    /** The pool may hand out connections that have just ended; whoever asked then asks again. */
    private void registerInSpiteOf(DeviceKey key) throws Exception {
        for (int tries = 0; ; tries++) {
            try {
                if (edge().byKey(key).isPresent()) {
                    return;
                }
                register(here(), key);
            } catch (IOException e) {
                assertThat(tries).as(e.getMessage()).isLessThan(20);
            }
        }
    }

    /** As when the database's host is lost: nothing comes, not even an end. */
    @Test
    void noChangeIsLostWithAConnectionThatFallsSilent() throws Exception {
        try (DeviceDirectory.Watch _ = edge().watch(heard::add)) {
            assertThat(next(Duration.ofSeconds(10))).isEqualTo(EVERYTHING);
            List<String> silent = postgres()
                    .sql("SELECT pid " + OTHER_BACKENDS + " AND application_name LIKE '%changes'")
                    .lines()
                    .toList();
            assertThat(silent).hasSize(2);
            Postgres.signal("STOP", silent);
            try {
                register(here(), TestRegistry.newKey());
                assertThat(next(Duration.ofSeconds(15))).isInstanceOf(DeviceChange.Registered.class);
                assertThat(heard).isEmpty();
            } finally {
                Postgres.signal("CONT", silent);
            }
        }
    }

    @Test
    void noChangeIsLostWhenTheDatabaseFallsAndComesBack() throws Exception {
        try (DeviceDirectory.Watch _ = edge().watch(heard::add)) {
            assertThat(next(Duration.ofSeconds(10))).isEqualTo(EVERYTHING);
            // committed, and perhaps not yet read by the other registry
            DeviceKey key = TestRegistry.newKey();
            Registration before = register(here(), key);
            postgres().crash();
            assertThatThrownBy(() -> changeDirectly(before)).isInstanceOf(IOException.class);
            postgres().startAgain();
            changeDirectly(before);
            assertThat(next(Duration.ofSeconds(5))).isInstanceOf(DeviceChange.Registered.class);
            assertThat(next(Duration.ofSeconds(5))).isInstanceOf(DeviceChange.Deleted.class);
            assertThat(heard).isEmpty();
        }
    }

    /** As a third registry would: by the database alone. */
    private void changeDirectly(Registration device) throws IOException, InterruptedException {
        try (Database database = Database.open(postgres().url(), Optional.empty())) {
            database.write(handle -> {
                Journal.add(handle, new DeviceChange.Deleted(DeviceKey.parse(device.key()), 1));
                return true;
            });
        }
    }

    @Test
    void aRegistryThatMissedMoreThanIsKeptTellsItsEdgesThatEverythingMayHaveChanged() throws Exception {
        try (DeviceDirectory.Watch _ = edge().watch(heard::add)) {
            assertThat(next(Duration.ofSeconds(10))).isEqualTo(EVERYTHING);
            try (Database database = Database.open(postgres().url(), Optional.empty())) {
                database.write(handle -> {
                    for (int i = 0; i <= Changes.KEPT; i++) {
                        Journal.add(handle, new DeviceChange.Changed(TestRegistry.newKey(), 1));
                    }
                    return true;
                });
                int kept = database.read(handle -> Journal.from(handle, 0))
                        .entries()
                        .size();
                assertThat(kept).isEqualTo(Changes.KEPT);
            }
            assertThat(next(Duration.ofSeconds(2))).isEqualTo(EVERYTHING);
            register(here(), TestRegistry.newKey());
            assertThat(next(Duration.ofSeconds(2))).isInstanceOf(DeviceChange.Registered.class);
            assertThat(heard).isEmpty();
        }
    }

    @Test
    void anOlderDatabasePutBackUnderTheRegistriesIsNoticedEvenIfItsNumbersHaveCaughtUp() throws Exception {
        try (DeviceDirectory.Watch _ = edge().watch(heard::add)) {
            assertThat(next(Duration.ofSeconds(10))).isEqualTo(EVERYTHING);
            for (int i = 0; i < 2; i++) {
                register(here(), TestRegistry.newKey());
                assertThat(next(Duration.ofSeconds(2))).isInstanceOf(DeviceChange.Registered.class);
            }
            // the last change never happened; two others did, in one moment
            postgres().sql("""
                    BEGIN;
                    UPDATE device_change SET change = (SELECT change FROM device_change WHERE number = 1) WHERE number = 2;
                    INSERT INTO device_change SELECT 3, change FROM device_change WHERE number = 1;
                    UPDATE device_change_head SET newest = 3;
                    COMMIT""");
            assertThat(next(Duration.ofSeconds(2))).isEqualTo(EVERYTHING);
        }
    }

    /** All that the other tests do with SQLite and no test above with PostgreSQL: a statement that only one understands fails. */
    @Test
    void adminsAndDevicesDoOnPostgresqlWhatTheyDoOnSqlite() throws Exception {
        AdminClient admin = here().admin;
        admin.open(Duration.ofMinutes(1));
        Registration guest = here().client.register(TestRegistry.request(TestRegistry.newKey()), Optional.empty());
        assertThat(there().admin.window().until())
                .as("one window for all registries")
                .isPresent();
        assertThat(there().admin.shut().until()).isEmpty();
        assertThatThrownBy(() -> here().client.register(TestRegistry.request(TestRegistry.newKey()), Optional.empty()))
                .hasMessageContaining("HTTP 403");

        Registration family = register(here(), TestRegistry.newKey());
        String invite = here().invite(InviteRequest.simple().withGroup("100%_a").withUses(2))
                .orElseThrow();
        Registration grouped =
                there().client.register(TestRegistry.request(TestRegistry.newKey()), Optional.of(invite));
        assertThat(admin.devices("100%_", "", 10)).extracting(AdminDevice::id).containsExactly(grouped.id());
        assertThat(admin.devices("", "", 10)).hasSize(3);
        InviteInfo used = there().admin.invites().stream()
                .filter(info -> info.usesLeft() == 1)
                .findFirst()
                .orElseThrow();
        admin.revokeInvite(used.id());
        assertThatThrownBy(
                        () -> there().client.register(TestRegistry.request(TestRegistry.newKey()), Optional.of(invite)))
                .hasMessageContaining("revoked");

        License license = admin.license(Optional.empty(), Optional.empty());
        String token = family.token().orElseThrow();
        here().client.setLicense(family.id(), token, license.license());
        there().client.setLicense(guest.id(), guest.token().orElseThrow(), license.license());
        assertThat(here().client.devices(family.id(), token)).hasSize(2);
        assertThat(admin.accounts("", 10)).extracting(AdminAccount::devices).containsExactly(2);
        admin.updateAccount(license.accountId(), new AccountUpdate(Optional.of(AccountType.FREE), Optional.of(9)));
        assertThat(there().client.account(family.id(), token).warpPlus()).isFalse();
        assertThat(admin.renewLicense(license.accountId()))
                .isEqualTo(there().admin.license(license.accountId()));
        there().client.dropLicense(family.id(), token);
        assertThat(admin.account(license.accountId()).devices()).isEqualTo(1);
        here().client.delete(family.id(), token);
        assertThat(admin.devices("", "", 10)).hasSize(2);
    }

    /** Behind one name, as a load balancer would put them: a number is good at either registry. */
    @Test
    void aNumberOfOneRegistryIsGoodAtTheOther() throws Exception {
        register(here(), TestRegistry.newKey());
        Changes one = new Changes();
        Changes other = new Changes();
        try (Database database = Database.open(postgres().url(), Optional.empty());
                ChangeFeed _ = new ChangeFeed(database, one);
                ChangeFeed _ = new ChangeFeed(database, other)) {
            assertThat(one.run()).isNotEmpty();
            assertThat(other.since(one.run(), 0, Duration.ZERO).changes())
                    .isEqualTo(one.since(one.run(), 0, Duration.ZERO).changes())
                    .hasSize(1);
        }
    }

    /** Without a lock both would have looked, and found none, before either may write. */
    @Test
    @Timeout(60)
    void registriesThatStartAtTheSameTimeAgreeOnTheInnerPrefix() throws Exception {
        postgres().sql("DELETE FROM setting");
        List<Future<TestRegistry>> starting = new ArrayList<>();
        try (ExecutorService threads = Executors.newCachedThreadPool();
                Database database = Database.open(postgres().url(), Optional.empty())) {
            try (Handle held = database.own()) {
                held.begin();
                held.execute("LOCK TABLE setting IN SHARE MODE");
                for (String name : List.of("third", "fourth")) {
                    starting.add(threads.submit(() -> registry(name)));
                }
                while (!postgres()
                        .sql("SELECT count(*) " + OTHER_BACKENDS + " AND wait_event_type = 'Lock'")
                        .equals("2\n")) {
                    Thread.sleep(10);
                }
                held.commit();
            }
            List<String> prefixes = new ArrayList<>();
            for (Future<TestRegistry> future : starting) {
                try (TestRegistry registry = future.get()) {
                    String inner = register(registry, TestRegistry.newKey())
                            .config()
                            .inner()
                            .addresses()
                            .v6();
                    prefixes.add(String.join(":", List.of(inner.split(":")).subList(0, 3)));
                }
            }
            assertThat(prefixes).hasSize(2).allMatch(prefixes.getFirst()::equals);
        }
    }

    @Test
    void whatAnEdgeOfOneRegistryTellsOfADevicesKeyEveryRegistryKnows() throws Exception {
        DeviceKey key = TestRegistry.newKey();
        Registration made = register(here(), key);
        DeviceKey former = TestRegistry.newKey();
        for (int i = 0; i < 2; i++) {
            edge().keyUses(new KeyUses(former, List.of(key, TestRegistry.newKey())));
        }
        FleetKeyStatus status = here().admin.fleetKey("", 10);
        assertThat(status.behind()).isEqualTo(1);
        assertThat(status.devices()).extracting(FleetKeyStatus.Behind::id).containsExactly(made.id());
        edge().keyUses(new KeyUses(status.key(), List.of(key)));
        assertThat(here().admin.fleetKey("", 10).behind()).isZero();
    }
}
