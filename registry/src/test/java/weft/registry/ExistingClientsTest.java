package weft.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The calls that existing clients make, byte for byte as they make them, and every field without which they refuse a
 * reply. The fields are those that wgcf's API description marks as required (github.com/ViRb3/wgcf, openapi-spec.yml,
 * whose generated models fail on a missing one), and those that usque reads (github.com/Diniboy1123/usque,
 * cmd/register.go) and warp-plus reads (its Identity).
 */
class ExistingClientsTest {
    private static final List<String> ACCOUNT = List.of(
            "account_type",
            "created",
            "id",
            "license",
            "premium_data",
            "quota",
            "referral_count",
            "referral_renewal_countdown",
            "role",
            "updated",
            "usage",
            "warp_plus");
    private static final List<String> DEVICE = List.of(
            "created",
            "enabled",
            "fcm_token",
            "id",
            "install_id",
            "key",
            "locale",
            "model",
            "name",
            "place",
            "tos",
            "type",
            "updated",
            "waitlist_enabled",
            "warp_enabled",
            "config/client_id",
            "config/interface/addresses/v4",
            "config/interface/addresses/v6",
            "config/peers/0/endpoint/host",
            "config/peers/0/endpoint/v4",
            "config/peers/0/endpoint/v6",
            "config/peers/0/endpoint/ports",
            "config/peers/0/public_key",
            "config/services/http_proxy");
    private static final List<String> BOUND_DEVICE =
            List.of("activated", "active", "created", "id", "model", "role", "type", "name");

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

    private JsonNode call(String method, String path, String body, String... headers) throws Exception {
        var response = registry.send(method, path, body, headers);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return JsonMapper.shared().readTree(response.body());
    }

    private static void assertHas(JsonNode node, List<String> paths) {
        for (String path : paths) {
            JsonNode value = node.at("/" + path);
            assertThat(value.isMissingNode() || value.isNull()).as(path).isFalse();
        }
    }

    private static void assertDevice(JsonNode device) {
        assertHas(device, DEVICE);
        assertHas(device.get("account"), ACCOUNT);
        OffsetDateTime.parse(device.get("created").asString());
        assertThat(device.at("/config/client_id").asString()).hasSize(4);
        assertThat(device.at("/config/peers/0/public_key").asString()).hasSize(44);
    }

    /** wgcf register, then wgcf update with a license, then wgcf generate. */
    @Test
    void wgcfRegistersUpdatesAndGenerates() throws Exception {
        registry.admin.open(Duration.ofMinutes(1));
        JsonNode made = call(
                "POST",
                "/v0a1922/reg",
                """
                {"fcm_token":"","install_id":"","key":"%s","locale":"en_US","model":"PC","tos":"2026-11-23T20:00:00.000Z","type":"Android"}""".formatted(TestRegistry.newKey().base64()),
                "User-Agent",
                "okhttp/3.12.1",
                "CF-Client-Version",
                "a-6.3-1922");
        assertDevice(made);
        assertThat(made.get("token").asString()).isNotEmpty();
        String[] bearer = {"Authorization", "Bearer " + made.get("token").asString()};
        String self = "/v0a1922/reg/" + made.get("id").asString();

        JsonNode renamed =
                call("PATCH", self + "/account/reg/" + made.get("id").asString(), "{\"name\":\"A1B2C3\"}", bearer);
        assertHas(renamed.get(0), BOUND_DEVICE);
        assertThat(renamed.get(0).get("name").asString()).isEqualTo("A1B2C3");
        JsonNode account = call("GET", self + "/account", "", bearer);
        assertHas(account, ACCOUNT);
        assertThat(account.get("license").asString())
                .isEqualTo(made.at("/account/license").asString());
        assertHas(call("GET", self + "/account/devices", "", bearer).get(0), BOUND_DEVICE);

        String license =
                registry.admin.license(Optional.empty(), Optional.empty()).license();
        assertHas(call("PUT", self + "/account", "{\"license\":\"" + license + "\"}", bearer), ACCOUNT);
        JsonNode plus = call("GET", self + "/account", "", bearer);
        assertThat(plus.get("license").asString()).isEqualTo(license);
        assertThat(plus.get("account_type").asString()).isEqualTo("unlimited");
        assertDevice(call("GET", self, "", bearer));
        assertDevice(call("PATCH", self, "{\"key\":\"" + TestRegistry.newKey().base64() + "\"}", bearer));
        assertHas(
                call("GET", "/v0a1922/client_config", ""),
                List.of("captive_portal", "denylist", "premium_data_bytes", "referral_reward_bytes"));
    }

    /** usque cuts two characters off v4, and one and three off v6; it sends its user's JWT, here an invite. */
    @Test
    void usqueRegistersWithAnInviteAsItsJwt() throws Exception {
        JsonNode made = call(
                "POST",
                "/v0a4471/reg",
                """
                {"key":"%s","install_id":"","fcm_token":"","tos":"2026-11-23T20:00:00.000Z","model":"PC","serial_number":"0123456789abcdef","os_version":"","key_type":"curve25519","tunnel_type":"wireguard","locale":"en_US"}""".formatted(TestRegistry.newKey().base64()),
                "CF-Access-Jwt-Assertion",
                registry.invite().orElseThrow());
        assertDevice(made);
        String v4 = made.at("/config/peers/0/endpoint/v4").asString();
        String v6 = made.at("/config/peers/0/endpoint/v6").asString();
        assertThat(v4.substring(0, v4.length() - 2)).isEqualTo(TestRegistry.V4);
        assertThat(v6.substring(1, v6.length() - 3)).isEqualTo(TestRegistry.V6);
    }
}
