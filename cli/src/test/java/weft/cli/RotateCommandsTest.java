package weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import weft.api.DeviceKey;
import weft.api.Json;
import weft.api.KeyUses;
import weft.edge.FleetKey;
import weft.edge.FleetKeys;
import weft.registry.Registry;

/** A fleet's key and its secret are changed on the command line, with a real registry on loopback. */
class RotateCommandsTest {
    private static final long PATIENCE_NANOS = 10_000_000_000L;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Registry registry;

    @SuppressWarnings("NullAway.Init") // set before each test
    private KeyForDevices follower;

    @BeforeEach
    void start() throws IOException {
        Files.writeString(config(), """
                [fleet]
                key-file = "fleet.key"
                secret-file = "fleet.secret"
                endpoints = ["203.0.113.1:2408"]
                [registry]
                listen = "127.0.0.1:%d"
                admin-listen = "127.0.0.1:%d"
                state-dir = "registry"
                """.formatted(freePort(), freePort()));
        weft("init").succeeded();
        Configuration configuration = Configuration.read(config());
        configuration.makeStateDirectory();
        registry = new Registry(configuration.registry()).start();
        follower = new KeyForDevices(configuration, registry);
    }

    /** As where a registry knows the public key only: to make a new key there would be the wrong thing. */
    @Test
    void whoHasNoKeyFileIsSentToWhereItIs() throws IOException {
        Files.delete(keyFile());
        for (String step : List.of("begin", "announce", "end")) {
            weft("rotate-key", step).refusedWithAdvice("run this where the fleet's key file is");
        }
    }

    @AfterEach
    void stop() {
        follower.close();
        registry.close();
    }

    private Path config() {
        return directory.resolve("weft.toml");
    }

    private Path keyFile() {
        return directory.resolve("fleet.key");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** {@code weft fleet …}, by the test's configuration. */
    private Said weft(String... arguments) {
        List<String> all = new ArrayList<>(List.of("fleet"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--config", config().toString()));
        return Said.by(all.toArray(String[]::new));
    }

    private String key() throws IOException {
        try (FleetKeys keys = FleetKey.read(keyFile())) {
            return keys.publicKey().toString();
        }
    }

    /** By our own client's command. @return the device's public key */
    private DeviceKey register(String name) throws IOException {
        Said.by("registry", "open", "--config", config().toString()).succeeded();
        String url = "http://127.0.0.1:" + registry.boundAddress().getPort();
        String state = directory.resolve(name).toString();
        Said.by("registration", "new", "--registry", url, "--state-dir", state).succeeded();
        Map<?, ?> profile =
                Json.read(Files.readAllBytes(directory.resolve(name).resolve("registration.json")), Map.class);
        return DeviceKey.parse(String.valueOf(profile.get("public_key")));
    }

    private void uses(String fleetKey, DeviceKey device) throws IOException {
        registry.directory().keyUses(new KeyUses(DeviceKey.parse(fleetKey), List.of(device)));
    }

    private void awaitTold(String key) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!key.equals(weft("rotate-key", "--json").json().get("key"))) {
            assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
            Thread.sleep(50);
        }
    }

    @Test
    void aKeyIsChangedInThreeStepsAndTheLastOneWaitsForTheDevices() throws Exception {
        String first = key();
        DeviceKey phone = register("phone");
        DeviceKey laptop = register("laptop");
        uses(first, phone);
        assertThat(weft("rotate-key").succeeded()).contains(first).contains("the only key");

        assertThat(weft("rotate-key", "begin").succeeded())
                .contains("Next: copy")
                .contains("weft fleet rotate-key announce --config " + config());
        assertThat(key()).isEqualTo(first);
        assertThat(weft("rotate-key", "--json").json().get("state")).isEqualTo("begun");
        weft("rotate-key", "begin").refusedWithAdvice("under way already");
        weft("rotate-key", "end").refusedWithAdvice("weft fleet rotate-key announce");

        String announced = weft("rotate-key", "announce").succeeded();
        String second = key();
        assertThat(second).isNotEqualTo(first);
        assertThat(announced).contains("public-key = \"" + second + "\", inner6 = \"fd");
        awaitTold(second);
        Map<?, ?> status = weft("rotate-key", "--json").json();
        assertThat(status.get("version")).isEqualTo(1);
        assertThat(status.get("state")).isEqualTo("announced");
        assertThat(status.get("second")).isEqualTo(first);
        assertThat(status.get("behind")).isEqualTo(1);
        assertThat(status.get("unseen")).isEqualTo(1);
        assertThat(weft("rotate-key").succeeded())
                .contains("behind: 1 devices last seen with another key, 1 not seen since")
                .containsPattern("[0-9a-f-]{36}\t.+\t-\tseen 20")
                .containsPattern("[0-9a-f-]{36}\t.+\t-\tnot seen")
                .contains("Next: make the configuration of stock devices anew");
        weft("rotate-key", "end").refusedWithAdvice("1 last seen with the former key, 1 not seen since");

        uses(second, phone);
        uses(second, laptop);
        assertThat(weft("rotate-key").succeeded()).contains("Next: weft fleet rotate-key end --config " + config());
        assertThat(weft("rotate-key", "end").succeeded()).contains(second).contains("Next: copy");
        assertThat(key()).isEqualTo(second);
        weft("rotate-key", "end").refusedWithAdvice("there is but one key");
    }

    @Test
    void endingByForceAsksNobody() throws Exception {
        register("phone");
        weft("rotate-key", "begin").succeeded();
        weft("rotate-key", "announce").succeeded();
        stop();
        weft("rotate-key", "end").refusedWithAdvice("nobody here knows which devices still use the former key");
        weft("rotate-key", "end", "--force").succeeded();
        start();
    }

    @Test
    void aSecondKeyThatNobodyWasToldIsStruckByForce() throws IOException {
        String first = key();
        weft("rotate-key", "announce").refusedWithAdvice("weft fleet rotate-key begin");
        weft("rotate-key", "begin").succeeded();
        weft("rotate-key", "end", "--force").succeeded();
        assertThat(key()).isEqualTo(first);
    }

    @Test
    void theConfigurationGoesByTheKeyFileThroughItAll() throws IOException {
        String inner6 =
                Configuration.read(config()).edge().inner6().orElseThrow().toString();
        weft("rotate-key", "begin").succeeded();
        weft("rotate-key", "announce").succeeded();
        weft("rotate-key", "end", "--force").succeeded();
        Configuration after = Configuration.read(config());
        assertThat(after.edge().inner6().orElseThrow()).hasToString(inner6);
        assertThat(after.registry().inner6().orElseThrow()).hasToString(inner6);
        assertThat(after.registry().fleetKey().base64()).isEqualTo(key());
    }

    @Test
    void aSecretIsAddedForADayToCome() throws IOException {
        String day = LocalDate.now(ZoneOffset.UTC).plusDays(2).toString();
        assertThat(weft("rotate-secret").succeeded())
                .contains("in force from " + day)
                .contains("Next: copy");
        List<String> lines = Files.readAllLines(directory.resolve("fleet.secret"));
        assertThat(lines.getLast()).startsWith(LocalDate.parse(day).toEpochDay() + " ");
        weft("rotate-secret", "--in", "1").refusedWithAdvice("a secret comes after the one before");
        weft("rotate-secret", "--in", "0").refusedWithAdvice("from 1 to 365");
        Map<?, ?> json = weft("rotate-secret", "--in", "3", "--json").json();
        assertThat(json.get("day"))
                .isEqualTo(LocalDate.now(ZoneOffset.UTC).plusDays(3).toString());
    }
}
