package weft.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import weft.api.ErrorReply;
import weft.api.InviteRequest;
import weft.api.Json;
import weft.api.Problem;
import weft.api.Registration;

/** Whatever is sent, the answer is a 4xx in the API's own error form, and the database is as it was. */
class HostileInputTest {
    private static final List<String> TABLES = List.of(
            "account",
            "device",
            "invite",
            "setting",
            "allocator",
            "device_change",
            "device_change_head",
            "device_fleet_key",
            "schema_version");
    private static final int FUZZED_REQUESTS = 1500;

    @TempDir
    Path directory;

    private TestRegistry registry;
    private String invite = "";
    private Registration device;
    private String token = "";

    @BeforeEach
    void start() throws IOException {
        registry = new TestRegistry(directory);
        invite = registry.invite(InviteRequest.simple().withUses(10_000)).orElseThrow();
        device = registry.client.register(TestRegistry.request(TestRegistry.newKey()), Optional.of(invite));
        token = device.token().orElseThrow();
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    /** Every row of every table. */
    private String dump() throws IOException {
        StringBuilder dump = new StringBuilder();
        try (Database database = Database.open("sqlite:" + directory.resolve("registry.db"), Optional.empty())) {
            for (String table : TABLES) {
                dump.append(table)
                        .append(database.read((Handle handle) -> handle.createQuery("SELECT * FROM " + table)
                                .mapToMap()
                                .list()))
                        .append('\n');
            }
        }
        return dump.toString();
    }

    private static String key(int first, int fill) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) fill);
        bytes[0] = (byte) first;
        bytes[31] &= 0x7f;
        return Base64.getEncoder().encodeToString(bytes);
    }

    static Stream<String> badRegistrations() {
        String good = TestRegistry.newKey().base64();
        return Stream.of(
                "",
                "{",
                "[]",
                "null",
                "7",
                "\"text\"",
                "{} {}",
                "{}",
                "{\"key\":null}",
                "{\"key\":7}",
                "{\"key\":[]}",
                "{\"key\":\"\"}",
                "{\"key\":\"AAAA\"}",
                "{\"key\":\"" + good.substring(1) + "\"}",
                "{\"key\":\"" + good.replace("=", "") + "\"}",
                "{\"key\":\"" + good + "\",\"key\":\"" + good + "\"}",
                "{\"key\":\"" + key(0, 0) + "\"}",
                "{\"key\":\"" + key(1, 0) + "\"}",
                "{\"key\":\"4Ot6fDtBuK4WVuP68Z/EatoJjeucMrH9hmIFFl9JuAA=\"}",
                "{\"key\":\"" + key(0xed, 0xff) + "\"}",
                "{\"key\":\"" + good + "\",\"name\":\"" + "x".repeat(129) + "\"}",
                "{\"key\":\"" + good + "\",\"model\":\"a\\u0000b\"}",
                "{\"key\":\"" + good + "\",\"model\":\"a\\ud800b\"}",
                "{\"key\":\"" + good + "\",\"name\":7}",
                "{\"key\":\"" + good + "\",\"key_type\":\"secp256r1\"}",
                "{\"key\":\"" + good + "\",\"tunnel_type\":\"masque\"}",
                "{\"key\":\"" + good + "\",\"x\":" + "[".repeat(2000) + "}",
                "{\"key\":\"" + good + "\",\"x\":\"" + "y".repeat(17_000) + "\"}",
                "{\"key\":\"" + good + "\",\"x\":\"" + "y".repeat(200_000) + "\"}");
    }

    @ParameterizedTest
    @MethodSource("badRegistrations")
    void aBadRegistrationIsRefusedAndChangesNothing(String body) throws Exception {
        String before = dump();
        HttpResponse<String> response =
                registry.send("POST", "/v0a2158/reg", body, "Authorization", "Bearer " + invite);
        assertRefusal(response);
        assertThat(dump()).isEqualTo(before);
    }

    @Test
    void updatesOfABadKeyOrOfSomebodyElsesChangeNothing() throws Exception {
        Registration other = registry.client.register(TestRegistry.request(TestRegistry.newKey()), Optional.of(invite));
        String before = dump();
        for (String body : List.of(
                "{",
                "{\"key\":\"" + key(0, 0) + "\"}",
                "{\"key\":\"" + other.key() + "\"}",
                "{\"enabled\":\"perhaps\"}",
                "{\"name\":\"" + "x".repeat(200) + "\"}")) {
            assertRefusal(registry.send("PATCH", "/v0a1/reg/" + device.id(), body, "Authorization", "Bearer " + token));
        }
        assertRefusal(registry.send(
                "PATCH",
                "/v0a1/reg/" + device.id() + "/account/reg/" + other.id(),
                "{\"active\":false}",
                "Authorization",
                "Bearer " + token));
        assertRefusal(registry.send(
                "DELETE",
                "/v0a1/reg/" + device.id() + "/account/reg/" + other.id(),
                "",
                "Authorization",
                "Bearer " + token));
        assertThat(dump()).isEqualTo(before);
    }

    @Test
    void badLicensesAndStrangersAtAnAccountChangeNothing() throws Exception {
        String before = dump();
        String account = "/v0a1/reg/" + device.id() + "/account";
        for (String body :
                List.of("", "{", "{}", "{\"license\":7}", "{\"license\":\"a\\u0000\"}", "{\"license\":\"none\"}")) {
            for (String method : List.of("PUT", "PATCH")) {
                assertRefusal(registry.send(method, account, body, "Authorization", "Bearer " + token));
            }
        }
        for (String method : List.of("GET", "PUT", "PATCH", "DELETE")) {
            assertProblem(
                    Problem.UNAUTHORIZED, registry.send(method, account, "{}", "Authorization", "Bearer " + invite));
        }
        assertProblem(Problem.BAD_METHOD, registry.send("POST", account, "{}", "Authorization", "Bearer " + token));
        assertThat(dump()).isEqualTo(before);
    }

    @Test
    void unknownPathsMethodsVersionsAndIdsAreRefused() throws Exception {
        String before = dump();
        String bearer = "Bearer " + token;
        assertProblem(Problem.NOT_FOUND, registry.send("GET", "/", ""));
        assertProblem(Problem.NOT_FOUND, registry.send("GET", "/admin/api/devices", ""));
        assertProblem(Problem.NOT_FOUND, registry.send("POST", "/v1/reg", "{}"));
        assertProblem(Problem.NOT_FOUND, registry.send("POST", "/V0A/reg", "{}"));
        assertProblem(Problem.BAD_METHOD, registry.send("GET", "/v0a1/reg", ""));
        assertProblem(Problem.BAD_METHOD, registry.send("PUT", "/v0a1/reg/" + device.id(), "{}"));
        assertProblem(Problem.UNAUTHORIZED, registry.send("GET", "/v0a1/reg/" + device.id(), ""));
        assertProblem(Problem.UNAUTHORIZED, registry.send("GET", "/v0a1/reg/x%00y", "", "Authorization", bearer));
        assertProblem(
                Problem.UNAUTHORIZED,
                registry.send("DELETE", "/v0a1/reg/" + device.id(), "", "Authorization", "Bearer x"));
        assertProblem(Problem.UNAUTHORIZED, registry.send("GET", "/fleet/api/devices?client_id=1", ""));
        assertProblem(Problem.UNAUTHORIZED, registry.send("GET", "/fleet/api/changes", "", "Authorization", bearer));
        assertThat(dump()).isEqualTo(before);
    }

    @Test
    void aConnectionEndsWhenItsClientAskedForThat() throws Exception {
        try (Socket socket = new Socket(
                InetAddress.getLoopbackAddress(),
                registry.registry.boundAddress().getPort())) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream()
                    .write("GET /v0a1/client_config HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 200");
        }
    }

    /** Mutations of what real clients send. The seed is in the assertion's text. */
    @Test
    void noRequestHoweverMangledMakesTheRegistryFail() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<String> bodies = List.of(
                "{\"key\":\"" + TestRegistry.newKey().base64()
                        + "\",\"install_id\":\"\",\"fcm_token\":\"\",\"tos\":\"2026\","
                        + "\"model\":\"PC\",\"serial_number\":\"1\",\"locale\":\"en_US\",\"type\":\"Android\"}",
                "{\"name\":\"a\",\"enabled\":true,\"warp_enabled\":false}",
                "{\"license\":\"aaaaaaaa-bbbbbbbb-cccccccc\"}");
        List<String> paths = List.of("/reg", "/reg/" + device.id(), "/reg/" + device.id() + "/account");
        List<String> methods = List.of("POST", "PATCH", "PUT");
        for (int i = 0; i < FUZZED_REQUESTS; i++) {
            int which = random.nextInt(bodies.size());
            String body = mangle(bodies.get(which), random);
            HttpResponse<String> response = registry.send(
                    methods.get(which),
                    "/v0a1" + paths.get(which),
                    body,
                    "Authorization",
                    "Bearer " + (which == 0 ? invite : token));
            assertThat(response.statusCode())
                    .as("seed %d, request %d: %s", seed, i, body)
                    .isLessThan(500);
            if (response.statusCode() != 200) {
                assertRefusal(response);
            }
        }
    }

    private static String mangle(String text, Random random) {
        StringBuilder mangled = new StringBuilder(text);
        for (int n = random.nextInt(1, 5); n > 0 && !mangled.isEmpty(); n--) {
            int at = random.nextInt(mangled.length());
            switch (random.nextInt(5)) {
                case 0 -> mangled.deleteCharAt(at);
                case 1 -> mangled.setCharAt(at, (char) random.nextInt(1, 0x3000));
                case 2 ->
                    mangled.insert(
                            at,
                            List.of("{", "}", "[", "\"", "null", "1e999", "\\u0000", "\ud83d", ",")
                                    .get(random.nextInt(9)));
                case 3 -> mangled.setLength(at);
                default -> mangled.insert(at, mangled.substring(random.nextInt(at + 1), at));
            }
        }
        return mangled.toString();
    }

    private static void assertRefusal(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isBetween(400, 499);
        assertThat(response.headers().firstValue("content-type")).contains("application/json");
        ErrorReply reply = Json.read(response.body().getBytes(StandardCharsets.UTF_8), ErrorReply.class);
        assertThat(reply.success()).isFalse();
        assertThat(reply.errors()).singleElement().satisfies(error -> {
            assertThat(Problem.ofCode(error.code())).isPresent();
            assertThat(error.message()).isNotBlank();
        });
        assertThat(response.body()).contains("\"result\":null");
    }

    private static void assertProblem(Problem problem, HttpResponse<String> response) {
        assertRefusal(response);
        assertThat(response.statusCode()).isEqualTo(problem.status());
        assertThat(response.body()).contains("\"code\":" + problem.code());
    }
}
