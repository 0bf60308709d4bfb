package weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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

/** A fleet of one machine and its devices by the commands that their people type. */
@Timeout(300)
class ServeTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    private final Secrets secrets = new Secrets();

    @SuppressWarnings("NullAway.Init") // set before each test
    private OneMachine world;

    @BeforeEach
    void connectTheMachines() throws IOException {
        world = new OneMachine(directory);
    }

    @AfterEach
    void end() {
        device("disconnect", "--state-dir", world.state("phone"));
        world.close();
    }

    private Said device(String... arguments) {
        return world.weft(world.device, arguments);
    }

    private String invite(String... options) {
        String invite = world.invite(options);
        secrets.addInvite(invite);
        return invite;
    }

    private static Map<?, ?> json(Said said) {
        String text = said.succeeded();
        return Json.read(text.getBytes(StandardCharsets.UTF_8), Map.class);
    }

    private String idOf(String name) {
        return world.registry("device", "list")
                .succeeded()
                .lines()
                .filter(line -> line.contains("\t" + name + "\t"))
                .map(line -> line.substring(0, line.indexOf('\t')))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aDeviceJoinsIsAdministeredAndLeaves() throws IOException {
        world.serve("WEFT_LOG=DEBUG");
        world.join("nonsense", "phone").refused("invite");
        String invite = invite("--note", "phone", "--group", "family");
        assertThat(world.registry("invite", "list").succeeded()).contains("1 left", "family", "phone");
        world.join(invite, "phone").succeeded();
        assertThat(json(device("status", "--json", "--state-dir", world.state("phone")))
                        .get("state"))
                .isEqualTo("connected");
        assertThat(world.online(5)).isTrue();
        world.join(invite, "other").refused("invite");

        secrets.addDevice(Path.of(world.state("phone")));
        registrationIsShown();
        String id = idOf("phone");
        assertThat(world.registry("device", "show", id).succeeded()).contains("family", "phone");
        world.registry("device", "disable", id).succeeded();
        assertThat(world.online(3)).as("a disabled device").isFalse();
        world.registry("device", "approve", id).succeeded();
        assertThat(world.online(45)).as("a device approved again").isTrue();
        world.registry("device", "show", "none").refused("no such device");

        device("registration", "delete", "--state-dir", world.state("phone")).refused("weft disconnect");
        device("disconnect", "--state-dir", world.state("phone")).succeeded();
        assertThat(device("status", "--state-dir", world.state("phone")).exit()).isEqualTo(3);
        device("registration", "delete", "--state-dir", world.state("phone")).succeeded();
        assertThat(world.registry("device", "list").succeeded()).doesNotContain(id);
        device("registration", "show", "--state-dir", world.state("phone")).refused("weft join INVITE");
        nothingSecretWasLogged();
    }

    private void registrationIsShown() {
        Map<?, ?> shown = json(device("registration", "show", "--json", "--state-dir", world.state("phone")));
        assertThat(shown.get("name")).isEqualTo("phone");
        assertThat(shown.keySet().toString()).doesNotContain("private_key", "token");
        Map<?, ?> all =
                json(device("registration", "show", "--json", "--secrets", "--state-dir", world.state("phone")));
        assertThat(all.keySet().toString()).contains("private_key", "token");
    }

    @Test
    void theRegistryIsOpenForAWhileAndInvitesCanBeRevoked() throws IOException {
        world.serve();
        String[] register = {
            "registration",
            "new",
            "--registry",
            OneMachine.REGISTRY,
            "--state-dir",
            world.state("guest"),
            "--name",
            "guest"
        };
        device(register).refused("invite");
        assertThat(world.registry("open", "--for", "1m").succeeded()).contains("open until");
        device(register).succeeded();
        secrets.addDevice(Path.of(world.state("guest")));
        assertThat(world.registry("close").succeeded()).contains("closed");
        register[5] = world.state("late");
        device(register).refused("invite");
        world.registry("device", "delete", idOf("guest")).succeeded();
        assertThat(world.registry("device", "list").succeeded()).isEmpty();

        String invite = invite();
        String id = world.registry("invite", "list").succeeded();
        world.registry("invite", "revoke", id.substring(0, id.indexOf('\t'))).succeeded();
        assertThat(world.registry("invite", "list").succeeded()).contains("revoked");
        world.join(invite, "late").refused("invite");
        world.registry("invite", "revoke", "none").refused("no such invite");
        nothingSecretWasLogged();
    }

    @Test
    void theDoctorExaminesTheServer() throws IOException {
        world.serve();
        Said said = world.weft(world.server, "doctor", "--json");
        Map<?, ?> report = Json.read(said.text().getBytes(StandardCharsets.UTF_8), Map.class);
        assertThat(report.get("ok")).isEqualTo(said.exit() == 0);
        assertThat((List<?>) report.get("findings")).isNotEmpty();
        assertThat(world.weft(world.server, "doctor").text()).contains("tun").doesNotContain("Exception");
    }

    private void nothingSecretWasLogged() throws IOException {
        secrets.add(
                "the fleet's key",
                Files.readString(directory.resolve("fleet.key")).strip());
        secrets.addAddress(OneMachine.DEVICE);
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
