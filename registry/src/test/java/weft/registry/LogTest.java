package weft.registry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;
import weft.api.DeviceKey;
import weft.api.DeviceUpdate;
import weft.api.License;
import weft.api.Registration;

/** Nothing in the log tells a key, a token, a license, an invite, a client id or a device's address. */
@Isolated("it listens to all logs")
class LogTest {
    private static final Logger ROOT = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

    @TempDir
    Path directory;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Level levelBefore = ROOT.getLevel();

    @BeforeEach
    void capture() {
        log.start();
        ROOT.addAppender(log);
        ROOT.setLevel(Level.DEBUG);
    }

    @AfterEach
    void release() {
        ROOT.setLevel(levelBefore);
        ROOT.detachAppender(log);
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (ILoggingEvent event : List.copyOf(log.list)) {
            text.append(event.getFormattedMessage()).append('\n');
            if (event.getThrowableProxy() != null) {
                text.append(ThrowableProxyUtil.asString(event.getThrowableProxy()));
            }
        }
        return text.toString();
    }

    private static List<String> secrets(Registration device) {
        var addresses = device.config().inner().addresses();
        return List.of(
                device.key(),
                device.token().orElseThrow(),
                device.account().license().orElseThrow(),
                device.config().clientId(),
                addresses.v4(),
                addresses.v6());
    }

    @Test
    void aDevicesWholeLifeLeavesNoSecretInTheLog() throws IOException {
        List<String> secrets = new ArrayList<>();
        try (TestRegistry registry = new TestRegistry(directory)) {
            secrets.add(registry.token("admin.token"));
            secrets.add(registry.token("edge.token"));
            String invite = registry.invite().orElseThrow();
            secrets.add(invite);
            Registration made =
                    registry.client.register(TestRegistry.request(TestRegistry.newKey()), Optional.of(invite));
            secrets.addAll(secrets(made));
            String token = made.token().orElseThrow();
            DeviceKey newKey = TestRegistry.newKey();
            registry.client.update(made.id(), token, DeviceUpdate.nothing().withKey(newKey));
            secrets.add(newKey.base64());
            License license = registry.admin.license(Optional.empty(), Optional.empty());
            secrets.add(license.license());
            registry.client.setLicense(made.id(), token, license.license());
            secrets.add(registry.admin.renewLicense(license.accountId()).license());
            registry.admin.license(license.accountId());
            secrets.add(registry.client.dropLicense(made.id(), token).license().orElseThrow());
            registry.client.delete(made.id(), token);
        }
        assertThat(text()).contains("registry listens on").doesNotContain(secrets);
    }

    /** The table vanishes under the registry: the database's own messages then quote the statement with its values. */
    @Test
    void aFailureInsideLeavesNoSecretInTheLogAndTellsTheCallerNothing() throws Exception {
        ROOT.setLevel(Level.INFO);
        try (TestRegistry registry = new TestRegistry(directory)) {
            String invite = registry.invite().orElseThrow();
            DeviceKey key = TestRegistry.newKey();
            try (Database database = Database.open("sqlite:" + directory.resolve("registry.db"), Optional.empty())) {
                database.write(handle -> handle.execute("ALTER TABLE device RENAME TO elsewhere"));
            }
            HttpResponse<String> response = registry.send(
                    "POST", "/v0a1/reg", "{\"key\":\"" + key.base64() + "\"}", "Authorization", "Bearer " + invite);
            assertThat(response.statusCode()).isEqualTo(500);
            assertThat(response.body()).contains("\"code\":1013").doesNotContain(key.base64(), "elsewhere", "SQL");
            assertThat(text()).contains("a request failed").doesNotContain(key.base64(), invite, Tokens.hash(invite));
        }
    }
}
