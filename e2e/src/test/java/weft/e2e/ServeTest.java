package weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import weft.api.Json;

/**
 * A fleet of one machine and its devices by the commands that their people type, each a process of its own: a device, a
 * server with {@code weft serve}, and the Internet behind it.
 */
@Timeout(300)
class ServeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String DEVICE = "203.0.113.2";
    private static final String INTERNET = "198.51.100.2";
    private static final String REGISTRY = "http://203.0.113.1:8080";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    private final Secrets secrets = new Secrets();
    private final Netns server = Netns.create("v");
    private final Netns device = Netns.create("d");
    private final Netns internet = Netns.create("i");

    /** What a command printed on both streams, and how it ended. */
    private record Said(String text, int exit) {
        static Said of(String output) {
            int mark = output.lastIndexOf("exit=");
            return new Said(
                    output.substring(0, mark).strip(),
                    Integer.parseInt(output.substring(mark + 5).strip()));
        }

        String succeeded() {
            assertThat(exit).as(text).isZero();
            return text;
        }

        void refused(String... with) {
            assertThat(exit).as(text).isNotZero();
            assertThat(text).contains(with).doesNotContain("Exception", "\tat ");
        }
    }

    @BeforeEach
    void connectTheMachines() throws IOException {
        Netns.join(device, server);
        device.sh("ip addr add " + DEVICE + "/24 dev eth0");
        server.sh("ip addr add 203.0.113.1/24 dev eth0; ip link add eth1 type veth peer name eth0 netns "
                + internet.name());
        server.sh("ip addr add 198.51.100.1/24 dev eth1; ip link set eth1 up");
        internet.sh("ip addr add " + INTERNET + "/24 dev eth0; ip link set eth0 up");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        Files.writeString(config(), """
                [fleet]
                key-file = "%1$s/fleet.key"
                endpoints = ["203.0.113.1:2408"]

                [edge]
                listen = ["203.0.113.1:2408"]

                [registry]
                listen = "203.0.113.1:8080"
                database = "sqlite:%1$s/registry.db"
                state-dir = "%1$s/registry"
                """.formatted(directory));
    }

    private void serve(String... environment) throws IOException {
        List<String> serve = new ArrayList<>(List.of("env"));
        serve.addAll(List.of(environment));
        serve.addAll(List.of(WeftProgram.command("serve", "--config", config().toString())));
        server.start(directory.resolve("serve.log"), serve.toArray(String[]::new));
        Instant deadline = Instant.now().plus(PATIENCE);
        while (!Files.readString(directory.resolve("serve.log")).contains("ready")) {
            assertThat(Instant.now())
                    .as(Files.readString(directory.resolve("serve.log")))
                    .isBefore(deadline);
            Thread.onSpinWait();
        }
    }

    @AfterEach
    void end() {
        weft(device, "disconnect", "--state-dir", state("phone"));
        device.close();
        server.close();
        internet.close();
    }

    private Path config() {
        return directory.resolve("weft.toml");
    }

    private String state(String name) {
        return directory.resolve(name).toString();
    }

    private static Said weft(Netns where, String... arguments) {
        return Said.of(
                where.sh("WEFT_LOG=DEBUG " + String.join(" ", WeftProgram.shortLived(arguments)) + "; echo exit=$?"));
    }

    private Said registry(String... arguments) {
        String[] all = new String[arguments.length + 3];
        all[0] = "registry";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        all[all.length - 2] = "--config";
        all[all.length - 1] = config().toString();
        return weft(server, all);
    }

    private String invite(String... options) {
        String[] all = new String[options.length + 2];
        all[0] = "invite";
        all[1] = "create";
        System.arraycopy(options, 0, all, 2, options.length);
        String invite = registry(all).succeeded();
        secrets.addInvite(invite);
        return invite;
    }

    /** By standard input, as one does where others can list the processes. */
    private Said join(String invite, String name) throws IOException {
        Path file = Files.writeString(directory.resolve("invite"), invite + "\n");
        String command =
                String.join(" ", WeftProgram.shortLived("join", "-", "--name", name, "--state-dir", state(name)));
        return Said.of(device.sh("WEFT_LOG=DEBUG " + command + " < " + file + "; echo exit=$?"));
    }

    private static Map<?, ?> json(Said said) {
        String text = said.succeeded();
        return Json.read(text.getBytes(StandardCharsets.UTF_8), Map.class);
    }

    private String idOf(String name) {
        return registry("device", "list")
                .succeeded()
                .lines()
                .filter(line -> line.contains("\t" + name + "\t"))
                .map(line -> line.substring(0, line.indexOf('\t')))
                .findFirst()
                .orElseThrow();
    }

    private boolean online(int seconds) {
        return device.succeeds("ping -q -c 1 -i 0.2 -w " + seconds + " " + INTERNET);
    }

    @Test
    void aDeviceJoinsIsAdministeredAndLeaves() throws IOException {
        serve("WEFT_LOG=DEBUG");
        join("nonsense", "phone").refused("invite");
        String invite = invite("--note", "phone", "--group", "family");
        assertThat(registry("invite", "list").succeeded()).contains("1 left", "family", "phone");
        join(invite, "phone").succeeded();
        assertThat(json(weft(device, "status", "--json", "--state-dir", state("phone")))
                        .get("state"))
                .isEqualTo("connected");
        assertThat(online(5)).isTrue();
        join(invite, "other").refused("invite");

        secrets.addDevice(Path.of(state("phone")));
        registrationIsShown();
        String id = idOf("phone");
        assertThat(registry("device", "show", id).succeeded()).contains("family", "phone");
        registry("device", "disable", id).succeeded();
        assertThat(online(3)).as("a disabled device").isFalse();
        registry("device", "approve", id).succeeded();
        assertThat(online(45)).as("a device approved again").isTrue();
        registry("device", "show", "none").refused("no such device");

        weft(device, "registration", "delete", "--state-dir", state("phone")).refused("weft disconnect");
        weft(device, "disconnect", "--state-dir", state("phone")).succeeded();
        assertThat(weft(device, "status", "--state-dir", state("phone")).exit()).isEqualTo(3);
        weft(device, "registration", "delete", "--state-dir", state("phone")).succeeded();
        assertThat(registry("device", "list").succeeded()).doesNotContain(id);
        weft(device, "registration", "show", "--state-dir", state("phone")).refused("weft join INVITE");
        nothingSecretWasLogged();
    }

    private void registrationIsShown() {
        Map<?, ?> shown = json(weft(device, "registration", "show", "--json", "--state-dir", state("phone")));
        assertThat(shown.get("name")).isEqualTo("phone");
        assertThat(shown.keySet().toString()).doesNotContain("private_key", "token");
        Map<?, ?> all =
                json(weft(device, "registration", "show", "--json", "--secrets", "--state-dir", state("phone")));
        assertThat(all.keySet().toString()).contains("private_key", "token");
    }

    @Test
    void theRegistryIsOpenForAWhileAndInvitesCanBeRevoked() throws IOException {
        serve();
        String[] register = {
            "registration", "new", "--registry", REGISTRY, "--state-dir", state("guest"), "--name", "guest"
        };
        weft(device, register).refused("invite");
        assertThat(registry("open", "--for", "1m").succeeded()).contains("open until");
        weft(device, register).succeeded();
        secrets.addDevice(Path.of(state("guest")));
        assertThat(registry("close").succeeded()).contains("closed");
        register[5] = state("late");
        weft(device, register).refused("invite");
        registry("device", "delete", idOf("guest")).succeeded();
        assertThat(registry("device", "list").succeeded()).isEmpty();

        String invite = invite();
        String id = registry("invite", "list").succeeded();
        registry("invite", "revoke", id.substring(0, id.indexOf('\t'))).succeeded();
        assertThat(registry("invite", "list").succeeded()).contains("revoked");
        join(invite, "late").refused("invite");
        registry("invite", "revoke", "none").refused("no such invite");
        nothingSecretWasLogged();
    }

    @Test
    void theDoctorExaminesTheServer() throws IOException {
        serve();
        Said said = weft(server, "doctor", "--json");
        Map<?, ?> report = Json.read(said.text().getBytes(StandardCharsets.UTF_8), Map.class);
        assertThat(report.get("ok")).isEqualTo(said.exit() == 0);
        assertThat((List<?>) report.get("findings")).isNotEmpty();
        assertThat(weft(server, "doctor").text()).contains("tun").doesNotContain("Exception");
    }

    private void nothingSecretWasLogged() throws IOException {
        secrets.add(
                "the fleet's key",
                Files.readString(directory.resolve("fleet.key")).strip());
        secrets.addAddress(DEVICE);
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path log :
                    files.filter(file -> file.toString().endsWith(".log")).toList()) {
                found.addAll(secrets.in(log));
            }
        }
        assertThat(found).isEmpty();
    }
}
