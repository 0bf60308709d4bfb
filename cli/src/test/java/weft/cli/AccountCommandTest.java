package weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import weft.edge.FleetKey;
import weft.registry.Registry;

/** Accounts and licenses on the command line, against a real registry on loopback. */
class AccountCommandTest {
    private static final Logger WEFT = (Logger) LoggerFactory.getLogger("weft");

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Level levelBefore = WEFT.getLevel();

    @SuppressWarnings("NullAway.Init") // set before each test
    private Registry registry;

    @BeforeEach
    void start() throws IOException {
        log.start();
        WEFT.addAppender(log);
        WEFT.setLevel(Level.DEBUG);
        FleetKey.make(directory.resolve("fleet.key"));
        Files.writeString(config(), """
                [fleet]
                key-file = "fleet.key"
                endpoints = ["203.0.113.1:2408"]
                [registry]
                listen = "127.0.0.1:%d"
                admin-listen = "127.0.0.1:%d"
                state-dir = "registry"
                """.formatted(freePort(), freePort()));
        Configuration configuration = Configuration.read(config());
        configuration.makeStateDirectory();
        registry = new Registry(configuration.registry()).start();
    }

    @AfterEach
    void stop() {
        registry.close();
        WEFT.setLevel(levelBefore);
        WEFT.detachAppender(log);
    }

    private Path config() {
        return directory.resolve("weft.toml");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private Said account(String... arguments) {
        String[] all = new String[arguments.length + 4];
        all[0] = "registry";
        all[1] = "account";
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        all[all.length - 2] = "--config";
        all[all.length - 1] = config().toString();
        return Said.by(all);
    }

    private String state() {
        return directory.resolve("phone").toString();
    }

    private void register() {
        assertThat(Said.by("registry", "open", "--config", config().toString()).exit())
                .isZero();
        String url = "http://127.0.0.1:" + registry.boundAddress().getPort();
        Said.by("registration", "new", "--registry", url, "--state-dir", state())
                .succeeded();
    }

    private String plan() {
        return String.valueOf(Said.by("registration", "show", "--json", "--state-dir", state())
                .json()
                .get("account"));
    }

    @Test
    void aLicenseIsMadeHandedOutEnteredAndRenewed() {
        register();
        assertThat(plan()).isEqualTo("free");
        String license = account("create", "--devices", "3").succeeded();
        assertThat(license).matches("[A-Za-z0-9]{8}-[A-Za-z0-9]{8}-[A-Za-z0-9]{8}");
        Said.by("registration", "license", "not-a-license", "--state-dir", state())
                .refused("weft registry account create");
        assertThat(Said.by("registration", "license", license, "--state-dir", state())
                        .succeeded())
                .contains("plus");
        assertThat(plan()).isEqualTo("plus");

        String[] listed = account("list").succeeded().split("\t", -1);
        assertThat(listed).contains("plus", "1 of 3");
        Map<?, ?> renewed = account("renew", listed[0], "--json").json();
        assertThat(renewed.get("account")).isEqualTo(listed[0]);
        assertThat(renewed.get("license")).isNotEqualTo(license);
        assertNotLogged(license, String.valueOf(renewed.get("license")));
    }

    @Test
    void anAccountIsShownWithoutItsLicenseUnlessThatIsAskedFor() {
        Map<?, ?> made = account("create", "--plan", "free", "--json").json();
        String id = String.valueOf(made.get("account"));
        String license = String.valueOf(made.get("license"));
        assertThat(account("show", id).succeeded()).contains(id, "free").doesNotContain(license);
        assertThat(account("show", id, "--json").succeeded()).doesNotContain(license);
        assertThat(account("list", "--json").succeeded()).contains(id).doesNotContain(license);
        assertThat(account("show", id, "--license").succeeded()).contains(license);
        assertThat(account("show", id, "--license", "--json").json().get("license"))
                .isEqualTo(license);
        assertNotLogged(license);
    }

    @Test
    void theAccountOfADeviceIsUpgraded() {
        register();
        String shown = Said.by("registry", "device", "show", deviceId(), "--config", config().toString())
                .succeeded();
        String id = shown.replaceAll("(?s).*account +([0-9a-f-]{36}).*", "$1");
        Map<?, ?> upgraded =
                account("set", id, "--plan", "plus", "--devices", "7", "--json").json();
        assertThat(upgraded.get("plan")).isEqualTo("plus");
        assertThat(upgraded.get("max_devices")).isEqualTo(7);
        assertThat(account("set", id, "--plan", "FREE").succeeded()).contains("free", "7");
    }

    private String deviceId() {
        String listed = Said.by("registry", "device", "list", "--config", config().toString())
                .succeeded();
        return listed.substring(0, listed.indexOf('\t'));
    }

    @Test
    void whatIsAskedWronglyIsSaid() {
        account("show", "none").refused("no such account");
        account("set", "none").refused("--plan or --devices");
        account("create", "--devices", "0").refused("between 1 and 10000");
        Said.by("registration", "license", "x", "--state-dir", state()).refused("weft join INVITE");
        assertThat(account("create", "--plan", "gold").exit()).isEqualTo(2);
    }

    private void assertNotLogged(String... licenses) {
        List<String> lines = List.copyOf(log.list).stream()
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
        assertThat(lines).isNotEmpty();
        for (String license : licenses) {
            assertThat(lines).noneMatch(line -> line.contains(license));
        }
    }
}
