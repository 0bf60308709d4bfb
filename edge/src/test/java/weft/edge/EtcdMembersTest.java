package weft.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Edges and Debian's etcd. */
class EtcdMembersTest {
    private static final Logger LOG = (Logger) LoggerFactory.getLogger("weft.edge");
    private static final AtomicInteger PREFIXES = new AtomicInteger();

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private static Path shared;

    @SuppressWarnings("NullAway.Init") // set before all
    private static TestEtcd server;

    @SuppressWarnings("NullAway.Init") // set before all
    private static EtcdConfig.Tls tls;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final EtcdConfig config = config(server.url());
    private final BlockingQueue<List<EdgeMember>> lists = new LinkedBlockingQueue<>();

    @BeforeAll
    static void startEtcd() throws Exception {
        TestAuthority authority = new TestAuthority(shared);
        tls = authority.client("edge", "EC");
        server = new TestEtcd(shared, authority.server(), tls);
        server.start();
    }

    @AfterAll
    static void stopEtcd() throws Exception {
        server.kill();
    }

    @BeforeEach
    void hear() {
        log.start();
        LOG.addAppender(log);
        LOG.setLevel(Level.INFO);
    }

    @AfterEach
    void hearNoMore() {
        LOG.detachAppender(log);
        LOG.setLevel(null);
    }

    private static EtcdConfig config(URI... endpoints) {
        return new EtcdConfig(List.of(endpoints), "/test-" + PREFIXES.incrementAndGet() + "/fleet/", Optional.of(tls));
    }

    private static EdgeMember member(String name, int weight) {
        return new EdgeMember(
                name, "amsterdam", weight, List.of(InetAddress.ofLiteral("192.0.2." + name.substring(1))), false);
    }

    private MemberSource.Watch watch(EtcdConfig by, EdgeMember self) throws IOException {
        return new EtcdMembers(by, self, directory.resolve("state").resolve("members-" + self.name()))
                .watch(lists::add);
    }

    private MemberSource.Watch watch(EdgeMember self) throws IOException {
        return watch(config, self);
    }

    private List<EdgeMember> next(Duration within) throws InterruptedException {
        List<EdgeMember> list = lists.poll(within.toMillis(), TimeUnit.MILLISECONDS);
        assertThat(list).as("a list within %s", within).isNotNull();
        return list;
    }

    private static void put(EtcdConfig by, String name, String value) throws IOException {
        try (Etcd etcd = new Etcd(by)) {
            etcd.put(by.members() + name, value, 0);
        }
    }

    private List<String> said(String what) {
        return List.copyOf(log.list).stream()
                .map(ILoggingEvent::getFormattedMessage)
                .filter(line -> line.contains(what))
                .toList();
    }

    @Test
    void anEdgePutsItselfIntoTheListAndHearsOfOthersWithinASecond() throws Exception {
        try (var watch = watch(member("a1", 1))) {
            assertThat(watch.first()).containsExactly(member("a1", 1));
            TimeUnit.SECONDS.sleep(1); // the watch stands
            for (int weight = 1; weight <= 5; weight++) {
                put(config, "a2", MemberJson.write(member("a2", weight)));
                assertThat(next(Duration.ofSeconds(1))).containsExactly(member("a1", 1), member("a2", weight));
            }
            try (Etcd etcd = new Etcd(config)) {
                assertThat(etcd.replace(config.members() + "a2", 1, "it has changed since"))
                        .isFalse();
            }
            assertThat(lists.poll(1, TimeUnit.SECONDS)).isNull();
        }
    }

    @Test
    void anEntryIsPutAnewOnlyWhereItDiffersAndStaysDraining() throws Exception {
        put(config, "a1", MemberJson.write(member("a1", 1).drains(true)));
        try (Etcd etcd = new Etcd(config)) {
            long before = etcd.range(config.members()).get("a1").revision();
            watch(member("a1", 1)).close();
            assertThat(etcd.range(config.members()).get("a1").revision()).isEqualTo(before);
            try (var watch = watch(member("a1", 7))) {
                assertThat(watch.first()).containsExactly(member("a1", 7).drains(true));
            }
        }
    }

    @Test
    void otherPrefixesAreNotOurs() throws Exception {
        try (var watch = watch(member("a1", 1))) {
            TimeUnit.SECONDS.sleep(1);
            put(config(server.url()), "a2", MemberJson.write(member("a2", 1)));
            assertThat(lists.poll(2, TimeUnit.SECONDS)).isNull();
            assertThat(watch.first()).hasSize(1);
        }
    }

    @Test
    void aWrongEntryIsNamedOnceAndLeftOut() throws Exception {
        put(config, "a3", "{\"city\":\"amsterdam\",\"addresses\":[\"localhost\"]}");
        put(config, "a\n4", MemberJson.write(member("a4", 1)));
        try (var watch = watch(member("a1", 1))) {
            assertThat(watch.first()).containsExactly(member("a1", 1));
            put(config, "a2", MemberJson.write(member("a2", 1)));
            assertThat(next(Duration.ofSeconds(5))).containsExactly(member("a1", 1), member("a2", 1));
        }
        assertThat(said("left out: a3: ")).hasSize(1).first().asString().contains("localhost");
        assertThat(said("left out: a?4: ")).hasSize(1);
    }

    @Test
    void aLeaseThatEndsEvictsNobody() throws Exception {
        put(config, "a2", MemberJson.write(member("a2", 1)));
        try (var watch = watch(member("a1", 1));
                Etcd etcd = new Etcd(config)) {
            EtcdPresence other = new EtcdPresence(etcd, config.alive() + "a2");
            other.beat();
            assertThat(etcd.range(config.alive()).entries()).containsKey("a2");
            await(() -> etcd.range(config.alive()).entries().containsKey("a1"), Duration.ofSeconds(10));
            await(() -> !etcd.range(config.alive()).entries().containsKey("a2"), Duration.ofSeconds(30));
            assertThat(etcd.range(config.alive()).entries()).containsOnlyKeys("a1");
            assertThat(watch.first()).hasSize(2);
            assertThat(lists).isEmpty();
        }
        try (Etcd etcd = new Etcd(config)) {
            assertThat(etcd.range(config.alive()).entries()).isEmpty();
            assertThat(etcd.range(config.members()).entries()).containsOnlyKeys("a1", "a2");
        }
    }

    @Test
    void theListStaysWhileEtcdIsAwayAndFollowsAgainEvenWhatWasCompactedMeanwhile() throws Exception {
        try (var watch = watch(member("a1", 1))) {
            server.kill();
            await(() -> !said("stays as it is until etcd is there again").isEmpty(), Duration.ofSeconds(10));
            TimeUnit.SECONDS.sleep(5);
            assertThat(said("etcd")).hasSize(1);
            assertThat(lists).isEmpty();
            server.start();
            for (int weight = 1; weight <= 3; weight++) {
                put(config, "a2", MemberJson.write(member("a2", weight)));
            }
            compact();
            await(() -> lists.contains(List.of(member("a1", 1), member("a2", 3))), Duration.ofSeconds(10));
            assertThat(said("etcd is back")).hasSize(1);
            assertThat(said("etcd")).hasSize(2);
            lists.clear();
            put(config, "a2", MemberJson.write(member("a2", 9)));
            assertThat(next(Duration.ofSeconds(1))).contains(member("a2", 9));
            assertThat(watch.first()).hasSize(1);
        } finally {
            server.kill();
            server.start();
        }
    }

    private void compact() throws IOException {
        try (Etcd etcd = new Etcd(config);
                EtcdGateway gateway = new EtcdGateway(config, () -> {})) {
            gateway.post(
                    "kv/compaction",
                    Map.of("revision", etcd.range(config.members()).revision()));
            assertThatThrownBy(() -> etcd.watch(config.members(), 1, (revision, changes) -> {}))
                    .hasMessageContaining("etcd has compacted what was before revision");
        }
    }

    @Test
    void aWatchThatGoesOnByAnotherConnectionMissesNothing() throws Exception {
        AtomicLong seen = new AtomicLong();
        Map<String, Etcd.Entry> heard = new HashMap<>();
        try (Etcd etcd = new Etcd(config)) {
            seen.set(etcd.range(config.members()).revision());
            for (String name : List.of("a1", "a2", "a3")) {
                put(config, name, "of " + name);
                etcd.watch(config.members(), seen.get() + 1, (revision, changes) -> {
                    seen.set(revision);
                    heard.putAll(changes);
                    etcd.renewWatch();
                });
            }
            assertThat(heard).containsOnlyKeys("a1", "a2", "a3");
            assertThat(heard.get("a3")).isEqualTo(new Etcd.Entry("of a3", seen.get()));
        }
    }

    @Test
    void anEdgeThatIsDeletedIsGoneWithinASecond() throws Exception {
        put(config, "a2", MemberJson.write(member("a2", 1)));
        try (var watch = watch(member("a1", 1));
                EtcdGateway gateway = new EtcdGateway(config, () -> {})) {
            assertThat(watch.first()).hasSize(2);
            TimeUnit.SECONDS.sleep(1); // the watch stands
            String key =
                    Base64.getEncoder().encodeToString((config.members() + "a2").getBytes(StandardCharsets.US_ASCII));
            gateway.post("kv/deleterange", Map.of("key", key));
            assertThat(next(Duration.ofSeconds(1))).containsExactly(member("a1", 1));
        }
    }

    @Test
    void aCertificateThatIsReplacedIsTakenUp() throws Exception {
        EtcdConfig.Tls stranger = new TestAuthority(directory).client("stranger", "EC");
        EtcdConfig refused = new EtcdConfig(
                config.endpoints(),
                config.prefix(),
                Optional.of(new EtcdConfig.Tls(tls.caFile(), stranger.certificate(), stranger.key())));
        new SavedMembers(directory.resolve("state").resolve("members-a1")).write(List.of(member("a1", 1)));
        try (var watch = watch(refused, member("a1", 2))) {
            assertThat(watch.first()).containsExactly(member("a1", 1));
            TimeUnit.SECONDS.sleep(2);
            assertThat(lists).isEmpty();
            Files.write(stranger.key(), Files.readAllBytes(tls.key()));
            Files.write(stranger.certificate(), Files.readAllBytes(tls.certificate()));
            assertThat(next(Duration.ofSeconds(10))).containsExactly(member("a1", 2));
        }
    }

    @Test
    void ofSeveralEndpointsAnyWillDoAndOneThatFallsSilentIsLeft() throws Exception {
        URI nobody = URI.create("https://127.0.0.1:" + TestEtcd.freePort());
        try (Relay relay = new Relay(server.port())) {
            URI cutOff = URI.create("https://127.0.0.1:" + relay.port());
            EtcdConfig several = config(nobody, cutOff, server.url());
            try (var watch = watch(several, member("a1", 1))) {
                assertThat(watch.first()).hasSize(1);
                put(several, "a2", MemberJson.write(member("a2", 1)));
                assertThat(next(Duration.ofSeconds(5))).hasSize(2);
                relay.freeze();
                try (Etcd direct =
                        new Etcd(new EtcdConfig(List.of(server.url()), several.prefix(), Optional.of(tls)))) {
                    direct.put(several.members() + "a3", MemberJson.write(member("a3", 1)), 0);
                }
                assertThat(next(Duration.ofSeconds(15))).hasSize(3);
            }
        }
        assertThat(said("etcd")).isEmpty();
    }

    @Test
    void aStartWithoutEtcdGoesByTheListThatWasLastSeen() throws Exception {
        put(config, "a2", MemberJson.write(member("a2", 1)));
        watch(member("a1", 1)).close();
        Path saved = directory.resolve("state").resolve("members-a1");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(saved)))
                .isEqualTo("rw-------");
        try {
            server.kill();
            try (var watch = watch(member("a1", 5))) {
                assertThat(watch.first()).containsExactly(member("a1", 1), member("a2", 1));
                assertThat(said("starts with the list of members that was last seen, " + saved))
                        .hasSize(1);
                server.start();
                assertThat(next(Duration.ofSeconds(10))).containsExactly(member("a1", 5), member("a2", 1));
            }
        } finally {
            server.kill();
            server.start();
        }
    }

    @Test
    void aStartWithoutEtcdAndWithoutAListSaysWhatToDo() throws Exception {
        EtcdConfig away = config(URI.create("https://127.0.0.1:" + TestEtcd.freePort()));
        assertThatThrownBy(() -> watch(away, member("a1", 1)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("There is no list of members of an earlier time either")
                .hasMessageContaining("Next: see what etcd says to etcdctl --endpoints="
                        + away.endpoints().getFirst());
    }

    @Test
    void aSavedListThatIsBrokenIsRefusedWithItsLine() throws Exception {
        Path state = Files.createDirectories(directory.resolve("state"));
        Files.createFile(
                state.resolve("members-a1"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(state.resolve("members-a1"), "a1 " + MemberJson.write(member("a1", 1)) + "\na2 {\"city\":");
        assertThatThrownBy(() -> watch(config(URI.create("https://127.0.0.1:" + TestEtcd.freePort())), member("a1", 1)))
                .hasMessageContaining("members-a1:2: it is no JSON");
    }

    /** A condition that may need etcd. */
    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void await(Condition condition, Duration within) throws IOException, InterruptedException {
        long end = System.nanoTime() + within.toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("waited for %s", within).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }
}
