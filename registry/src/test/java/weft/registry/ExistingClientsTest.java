package weft.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
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
        OffsetDateTime.parse(device.get("updated").asString());
        OffsetDateTime.parse(device.get("tos").asString());
        assertThat(Base64.getDecoder().decode(device.at("/config/client_id").asString()))
                .hasSize(3);
        assertThat(device.at("/config/peers/0/endpoint/host").asString()).matches(".+:\\d+");
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

    /**
     * The newest wgcf speaks as the Android app of version 6.38.9 does: it sends no type, and reads times as times and
     * figures as whole numbers. Of the devices it removes it expects the rest in the reply.
     */
    @Test
    void theNewestWgcfRegistersAndRemovesAnotherDevice() throws Exception {
        registry.admin.open(Duration.ofMinutes(1));
        String license =
                registry.admin.license(Optional.empty(), Optional.empty()).license();
        List<JsonNode> made = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            JsonNode device = call(
                    "POST",
                    "/v0a5641/reg",
                    """
                    {"fcm_token":"","install_id":"","key":"%s","locale":"en_US","model":"PC","tos":"2026-11-23T20:00:00.000Z","serial_number":"","os_version":"16.0.0","key_type":"curve25519","tunnel_type":"wireguard"}""".formatted(TestRegistry.newKey().base64()),
                    "User-Agent",
                    "1.1.1.1/6.38.9-5641 (Android 16.0.0)",
                    "CF-Client-Version",
                    "a-6.38.9-5641",
                    "Content-Type",
                    "application/json; charset=UTF-8");
            assertDevice(device);
            for (String figure : List.of("premium_data", "quota", "usage", "referral_count")) {
                assertThat(device.at("/account/" + figure).isIntegralNumber())
                        .as(figure)
                        .isTrue();
            }
            assertThat(device.get("place").isIntegralNumber()).isTrue();
            call("PUT", self(device) + "/account", "{\"license\":\"" + license + "\"}", bearer(device));
            made.add(device);
        }
        JsonNode first = made.getFirst();
        String second = made.getLast().get("id").asString();
        String bound = self(first) + "/account/reg/" + second;

        JsonNode paused = call("PATCH", bound, "{\"active\":false}", bearer(first));
        assertThat(paused).hasSize(2);
        assertThat(paused.get(1).get("active").asBoolean()).isFalse();
        OffsetDateTime.parse(paused.get(1).get("activated").asString());
        JsonNode rest = call("DELETE", bound, "", bearer(first));
        assertThat(rest).hasSize(1);
        assertHas(rest.get(0), BOUND_DEVICE);
        assertThat(rest.get(0).get("id").asString()).isEqualTo(first.get("id").asString());
    }

    private static String self(JsonNode device) {
        return "/v0a5641/reg/" + device.get("id").asString();
    }

    private static String[] bearer(JsonNode device) {
        return new String[] {"Authorization", "Bearer " + device.get("token").asString()};
    }

    /** warp-plus sends a license by PATCH, and its endpoint is v4 with two characters cut off, at port 500. */
    @Test
    void warpPlusRegistersEntersALicenseAndRemovesItself() throws Exception {
        registry.admin.open(Duration.ofMinutes(1));
        JsonNode made = call(
                "POST",
                "/v0a3596/reg",
                """
                {"fcm_token":"","install_id":"","key":"%s","locale":"en_US","model":"PC","tos":"2026-11-23T21:00:00.123456789+01:00","type":"Android","warp_enabled":true}""".formatted(TestRegistry.newKey().base64()),
                "Content-Type",
                "application/json; charset=UTF-8",
                "User-Agent",
                "okhttp/3.12.1",
                "CF-Client-Version",
                "a-6.30-3596");
        assertDevice(made);
        String v4 = made.at("/config/peers/0/endpoint/v4").asString();
        assertThat(v4.substring(0, v4.length() - 2) + ":500").isEqualTo(TestRegistry.V4 + ":500");

        String license =
                registry.admin.license(Optional.empty(), Optional.empty()).license();
        String self = "/v0a3596/reg/" + made.get("id").asString();
        call("PATCH", self + "/account", "{\"license\":\"" + license + "\"}", bearer(made));
        JsonNode account = call("GET", self + "/account", "", bearer(made));
        assertHas(account, ACCOUNT);
        assertThat(account.get("license").asString()).isEqualTo(license);
        assertThat(account.get("warp_plus").asBoolean()).isTrue();
        assertThat(registry.send("DELETE", self, "", bearer(made)).statusCode()).isEqualTo(204);
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

        String account = "/v0a4471/reg/" + made.get("id").asString() + "/account";
        String license =
                registry.admin.license(Optional.empty(), Optional.empty()).license();
        // usque account set, info, devices and reset
        call("PUT", account, "{\"id\":\"\",\"license\":\"" + license + "\"}", bearer(made));
        assertThat(call("GET", account, "", bearer(made)).get("license").asString())
                .isEqualTo(license);
        assertHas(call("GET", account + "/devices", "", bearer(made)).get(0), BOUND_DEVICE);
        assertThat(call("DELETE", account, "", bearer(made)).get("account_type").asString())
                .isEqualTo("free");
    }

    /** What usque would do next: Weft has no MASQUE, and says so in the form that usque reads. */
    @Test
    void usquesMasqueKeyIsRefusedInTheApisOwnForm() throws Exception {
        JsonNode made = call(
                "POST",
                "/v0a4471/reg",
                "{\"key\":\"" + TestRegistry.newKey().base64() + "\"}",
                "Authorization",
                "Bearer " + registry.invite().orElseThrow());
        OffsetDateTime.parse(made.get("tos").asString());
        var refused = registry.send(
                "PATCH",
                "/v0a4471/reg/" + made.get("id").asString(),
                "{\"key\":\"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\",\"key_type\":\"secp256r1\",\"tunnel_type\":\"masque\"}",
                bearer(made));
        assertThat(refused.statusCode()).isEqualTo(400);
        JsonNode error = JsonMapper.shared().readTree(refused.body());
        assertThat(error.get("success").asBoolean()).isFalse();
        assertThat(error.at("/errors/0/message").asString()).contains("key_type", "curve25519");
    }
}
