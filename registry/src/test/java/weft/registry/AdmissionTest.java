package weft.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import weft.api.AdminClient;
import weft.api.AdminDevice;
import weft.api.DeviceKey;
import weft.api.DeviceUpdate;
import weft.api.InviteInfo;
import weft.api.InviteRequest;
import weft.api.Problem;
import weft.api.Registration;
import weft.api.RegistryException;
import weft.registry.RegistryConfig.Limits;
import weft.registry.RegistryConfig.Newcomers;

/** Who may register, and what admins have to say about it. */
class AdmissionTest {
    @TempDir
    Path directory;

    private static Registration register(TestRegistry registry, Optional<String> invite) throws IOException {
        return registry.client.register(TestRegistry.request(TestRegistry.newKey()), invite);
    }

    private static void assertRefused(Problem problem, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        RegistryException.class, e -> assertThat(e.problem()).contains(problem));
    }

    @Test
    void registrationIsClosedByDefaultAndSaysHowToGetIn() throws IOException {
        try (TestRegistry registry = new TestRegistry(directory)) {
            assertThatThrownBy(() -> register(registry, Optional.empty()))
                    .hasMessageContaining("HTTP 403")
                    .hasMessageContaining("Authorization: Bearer INVITE")
                    .hasMessageContaining("weft join INVITE");
            assertThat(registry.admin.devices("", "", 10)).isEmpty();
        }
    }

    @Test
    void anInviteInEitherHeaderLetsADeviceIn() throws Exception {
        try (TestRegistry registry = new TestRegistry(directory)) {
            for (String[] header : List.of(
                    new String[] {"Authorization", "Bearer " + registry.invite().orElseThrow()},
                    new String[] {"CF-Access-Jwt-Assertion", registry.invite().orElseThrow()})) {
                HttpResponse<String> response = registry.send(
                        "POST",
                        "/v0a2158/reg",
                        "{\"key\":\"" + TestRegistry.newKey().base64() + "\"}",
                        header);
                assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            }
        }
    }

    @Test
    void anInviteThatIsUsedUpRevokedOrUnknownLetsNobodyIn() throws IOException {
        try (TestRegistry registry = new TestRegistry(directory)) {
            Optional<String> once = registry.invite();
            register(registry, once);
            assertRefused(Problem.BAD_INVITE, () -> register(registry, once));

            Optional<String> revoked = registry.invite(InviteRequest.simple().withNote("to be revoked"));
            InviteInfo info = registry.admin.invites().stream()
                    .filter(invite -> invite.note().equals("to be revoked"))
                    .findFirst()
                    .orElseThrow();
            assertThat(info.invite()).as("the token is shown once").isEmpty();
            registry.admin.revokeInvite(info.id());
            assertRefused(Problem.BAD_INVITE, () -> register(registry, revoked));
            assertRefused(Problem.BAD_INVITE, () -> register(registry, Optional.of("unknown")));
            assertRefused(Problem.NOT_FOUND, () -> registry.admin.revokeInvite("unknown"));
        }
    }

    @Test
    void anInviteExpires() throws Exception {
        try (TestRegistry registry = new TestRegistry(directory)) {
            Optional<String> brief = registry.invite(InviteRequest.simple().withSeconds(1));
            Thread.sleep(1100);
            assertRefused(Problem.BAD_INVITE, () -> register(registry, brief));
        }
    }

    @Test
    void anOpenWindowLetsEverybodyInUntilItShuts() throws Exception {
        try (TestRegistry registry = new TestRegistry(directory)) {
            assertThat(registry.admin.window().until()).isEmpty();
            assertThat(registry.admin.open(Duration.ofMinutes(10)).until()).isPresent();
            assertThat(register(registry, Optional.empty()).enabled()).isTrue();
            assertThat(registry.admin.shut().until()).isEmpty();
            assertRefused(Problem.CLOSED, () -> register(registry, Optional.empty()));
            registry.admin.open(Duration.ofSeconds(1));
            Thread.sleep(1100);
            assertRefused(Problem.CLOSED, () -> register(registry, Optional.empty()));
        }
    }

    @Test
    void aDeviceThatWaitsHasNoTrafficUntilItIsApproved() throws IOException {
        try (TestRegistry registry = new TestRegistry(
                directory,
                config -> config.newcomers(Newcomers.WAIT_FOR_APPROVAL)
                        .limits(new Limits(1000, Duration.ofMillis(1), 10, 1)))) {
            Registration made = register(registry, Optional.empty());
            DeviceKey key = DeviceKey.parse(made.key());
            assertThat(made.enabled()).isFalse();
            assertThat(made.waitlistEnabled()).isTrue();
            assertThat(registry.registry.directory().byKey(key).orElseThrow().enabled())
                    .isFalse();
            assertRefused(Problem.CLOSED, () -> register(registry, Optional.empty()));

            assertThat(registry.admin.approve(made.id()).enabled()).isTrue();
            assertThat(registry.client
                            .get(made.id(), made.token().orElseThrow())
                            .enabled())
                    .isTrue();
            assertThat(registry.registry.directory().byKey(key).orElseThrow().enabled())
                    .isTrue();
            register(registry, Optional.empty());

            assertThat(registry.admin.block(made.id()).standing()).isEqualTo("blocked");
            assertThat(registry.registry.directory().byKey(key).orElseThrow().enabled())
                    .isFalse();
            registry.admin.deleteDevice(made.id());
            assertThat(registry.registry.directory().byKey(key)).isEmpty();
            assertRefused(Problem.NOT_FOUND, () -> registry.admin.device(made.id()));
        }
    }

    @Test
    void adminsFindDevicesByTheBeginningOfNameGroupOrId() throws IOException {
        try (TestRegistry registry = new TestRegistry(directory)) {
            Registration made =
                    register(registry, registry.invite(InviteRequest.simple().withGroup("Family%")));
            register(registry, registry.invite());
            assertThat(registry.admin.devices("PHO", "", 10)).hasSize(2);
            assertThat(registry.admin.devices("family%", "", 10))
                    .extracting(AdminDevice::id)
                    .containsExactly(made.id());
            assertThat(registry.admin.devices("%", "", 10)).isEmpty();
            assertThat(registry.admin.devices(made.id().substring(0, 13), "", 10))
                    .hasSize(1);
            List<AdminDevice> first = registry.admin.devices("", "", 1);
            assertThat(registry.admin.devices("", first.getFirst().id(), 10))
                    .hasSize(1)
                    .doesNotContainAnyElementsOf(first);
        }
    }

    @Test
    void theAdminApiWantsItsToken() throws IOException {
        try (TestRegistry registry = new TestRegistry(directory);
                AdminClient stranger =
                        new AdminClient(TestRegistry.url(registry.registry.adminAddress()), "wrong", Optional.empty());
                AdminClient edge = new AdminClient(
                        TestRegistry.url(registry.registry.adminAddress()),
                        registry.token("edge.token"),
                        Optional.empty())) {
            assertRefused(Problem.UNAUTHORIZED, stranger::window);
            assertRefused(Problem.UNAUTHORIZED, () -> edge.open(Duration.ofMinutes(1)));
            assertRefused(Problem.UNAUTHORIZED, () -> stranger.devices("", "", 1));
        }
    }

    @Test
    void aSourceThatAsksTooOftenIsToldToWait() throws IOException {
        try (TestRegistry registry =
                new TestRegistry(directory, config -> config.limits(new Limits(3, Duration.ofMinutes(10), 10, 1)))) {
            for (int i = 0; i < 3; i++) {
                assertRefused(Problem.BAD_INVITE, () -> register(registry, Optional.of("guess")));
            }
            Optional<String> good = registry.invite();
            assertRefused(Problem.TOO_MANY, () -> register(registry, good));
        }
    }

    /** Every change is told to every edge. */
    @Test
    void aDeviceThatChangesItselfTooOftenIsToldToWait() throws IOException {
        try (TestRegistry registry =
                new TestRegistry(directory, config -> config.limits(new Limits(3, Duration.ofMinutes(10), 10, 1)))) {
            Registration made = register(registry, registry.invite());
            String token = made.token().orElseThrow();
            DeviceUpdate update = DeviceUpdate.nothing().withName("laptop");
            registry.client.update(made.id(), token, update);
            registry.client.update(made.id(), token, update);
            assertRefused(Problem.TOO_MANY, () -> registry.client.update(made.id(), token, update));
            assertRefused(Problem.TOO_MANY, () -> registry.client.setLicense(made.id(), token, "guess"));
            assertThat(registry.client.get(made.id(), token).name())
                    .as("reading is not limited")
                    .isEqualTo("laptop");
            registry.client.delete(made.id(), token);
        }
    }
}
