package weft.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import weft.api.AccountType;
import weft.api.AdminClient;
import weft.api.DeviceKey;
import weft.api.Invite;
import weft.api.InviteRequest;
import weft.api.RegistryException;
import weft.registry.Registry;
import weft.registry.RegistryConfig;
import weft.wireguard.Crypto;
import weft.wireguard.PrivateKey;

/** Against a real registry on loopback. */
class RegistrarTest {
    @TempDir
    Path temporary;

    private Registry registry;
    private AdminClient admin;
    private StateDirectory directory;
    private Registrar registrar;

    @BeforeEach
    void start() throws IOException {
        InetSocketAddress free = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
        RegistryConfig.Endpoint endpoint = new RegistryConfig.Endpoint(
                Optional.of((Inet4Address) InetAddress.ofLiteral("192.0.2.1")),
                Optional.empty(),
                Optional.empty(),
                List.of(2408));
        Path data = temporary.resolve("registry");
        Files.createDirectories(data);
        registry = new Registry(RegistryConfig.builder(data, Access.newKey(), endpoint)
                        .listen(List.of(free))
                        .adminListen(free)
                        .build())
                .start();
        String token = Files.readString(data.resolve("admin.token")).strip();
        admin = new AdminClient(url(registry.adminAddress()), token, Optional.empty());
        directory = new StateDirectory(temporary.resolve("device"));
        registrar = new Registrar(directory);
    }

    @AfterEach
    void stop() {
        admin.close();
        registry.close();
    }

    private static URI url(InetSocketAddress address) {
        return URI.create("http://127.0.0.1:" + address.getPort());
    }

    private RegistryAccess invited() throws IOException {
        return RegistryAccess.of(
                Invite.parse(admin.invite(InviteRequest.simple()).invite().orElseThrow()));
    }

    @Test
    void registersByAnInviteAndKeepsWhatTheTunnelNeeds() throws IOException {
        Profile made = registrar.register(invited(), "phone");
        assertThat(registrar.current()).contains(made);
        assertThat(made.name()).isEqualTo("phone");
        assertThat(made.reserved()).isBetween(1, 0xffffff);
        assertThat(made.endpoints()).containsExactly(new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 2408));
        try (PrivateKey key = new PrivateKey(made.privateKey().bytes())) {
            assertThat(key.publicKey(Crypto.jdk().curve()).bytes())
                    .isEqualTo(made.publicKey().bytes());
        }
    }

    @Test
    void whatItKeepsIsForItsOwnerAlone() throws IOException {
        Profile made = registrar.register(invited(), "phone");
        assertThat(Files.getPosixFilePermissions(directory.registration()))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(Files.getPosixFilePermissions(directory.path()))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        try (var files = Files.list(directory.path())) {
            assertThat(files).containsExactly(directory.registration());
        }
        assertThat(made.toString()).doesNotContain(made.token(), made.config().clientId());
    }

    @Test
    void anExistingRegistrationIsNotOverwritten() throws IOException {
        Profile made = registrar.register(invited(), "phone");
        RegistryAccess another = invited();
        assertThatThrownBy(() -> registrar.register(another, "other"))
                .isInstanceOf(AlreadyRegisteredException.class)
                .hasMessageContaining(directory.registration().toString());
        assertThat(registrar.current()).contains(made);
    }

    @Test
    void aClosedRegistryIsReportedInItsOwnWordsAndNothingIsKept() throws IOException {
        RegistryAccess uninvited = RegistryAccess.open(url(registry.boundAddress()));
        assertThatThrownBy(() -> registrar.register(uninvited, "phone"))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("weft join INVITE");
        assertThat(registrar.current()).isEmpty();
    }

    @Test
    void aLicenseChangesTheAccountAndABadOneNothing() throws IOException {
        Profile made = registrar.register(invited(), "phone");
        assertThatThrownBy(() -> registrar.license("aaaaaaaa-bbbbbbbb-cccccccc"))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("no such license");
        assertThat(registrar.current()).contains(made);
        String license = admin.license(Optional.empty(), Optional.empty()).license();
        assertThat(registrar.license(license).account()).isEqualTo(AccountType.PLUS);
        assertThat(registrar.current()).contains(made.with(AccountType.PLUS));
    }

    @Test
    void deletesAtTheRegistryAndHere() throws IOException {
        registrar.register(invited(), "phone");
        assertThat(admin.devices("", "", 10)).hasSize(1);
        assertThat(registrar.delete()).isTrue();
        assertThat(admin.devices("", "", 10)).isEmpty();
        assertThat(registrar.current()).isEmpty();
        assertThat(registrar.delete()).isFalse();
    }

    @Test
    void deletesADeviceThatTheRegistryNoLongerKnows() throws IOException {
        Profile made = registrar.register(invited(), "phone");
        try (var client = made.registryClient()) {
            client.delete(made.id(), made.token());
        }
        assertThat(registrar.delete()).isTrue();
        assertThat(registrar.current()).isEmpty();
    }

    @Test
    void keepsTheRegistrationWhenTheRegistryCannotBeAsked() throws IOException {
        Profile made = registrar.register(invited(), "phone");
        registry.close();
        assertThatThrownBy(registrar::delete).isInstanceOf(IOException.class);
        assertThat(registrar.current()).contains(made);
        registrar.forget();
        assertThat(registrar.current()).isEmpty();
    }

    @Test
    void aFileThatIsNoRegistrationIsNamed() throws IOException {
        directory.create();
        Files.writeString(directory.registration(), "{\"version\":2}");
        assertThatThrownBy(registrar::current)
                .isInstanceOf(IOException.class)
                .hasMessageContaining(directory.registration().toString());
    }

    @Test
    void aConnectedDeviceLearnsTheFleetsNextKeyByItselfAndKeepsIt() throws Exception {
        Profile made = registrar.register(invited(), "phone");
        BlockingQueue<Profile> told = new LinkedBlockingQueue<>();
        try (Refresher _ = new Refresher(directory, Duration.ofMillis(200), told::add)) {
            assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo(made);
            DeviceKey next = Access.newKey();
            registry.fleetKey(next);
            Access.awaitTrue(() -> next.base64()
                    .equals(registrar.current().orElseThrow().edge().publicKey()));
            Access.awaitTrue(() -> registrar.current().orElseThrow().equals(told.poll(10, TimeUnit.SECONDS)));
            registrar.delete();
        }
        assertThat(registrar.current()).isEmpty();
    }

    @Test
    void aRegistryThatIsAwayChangesNothing() throws Exception {
        Profile made = registrar.register(invited(), "phone");
        registry.close();
        BlockingQueue<Profile> told = new LinkedBlockingQueue<>();
        try (Refresher _ = new Refresher(directory, Duration.ofMillis(100), told::add)) {
            assertThat(told.poll(500, TimeUnit.MILLISECONDS)).isNull();
            assertThat(registrar.current()).contains(made);
        }
    }
}
