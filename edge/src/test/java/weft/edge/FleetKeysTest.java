package weft.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import weft.netio.Prefix;
import weft.wireguard.PublicKey;

/** The key file through a change of keys. */
class FleetKeysTest {
    private static final String ONE = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
    private static final String TWO = "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Path file;

    @BeforeEach
    void make() throws IOException {
        file = directory.resolve("fleet.key");
        FleetKey.make(file);
    }

    private FleetKeys read() throws IOException {
        return FleetKey.read(file);
    }

    @Test
    void aKeyAloneIsTheOneThatDevicesAreTold() throws IOException {
        assertThat(Files.readAllLines(file)).hasSize(1);
        assertThat(read().next()).isEmpty();
        assertThat(read().former()).isEmpty();
        assertThat(read().all()).hasSize(1);
    }

    @Test
    void theSecondKeyIsFirstNotToldThenToldAndThenAlone() throws IOException {
        PublicKey first = read().publicKey();
        FleetKey.begin(file);
        PublicKey second = read().next().orElseThrow();
        assertThat(read().publicKey()).isEqualTo(first).isNotEqualTo(second);
        assertThat(read().all()).hasSize(2);
        FleetKey.announce(file);
        assertThat(read().publicKey()).isEqualTo(second);
        assertThat(read().former()).contains(first);
        assertThat(read().next()).isEmpty();
        FleetKey.end(file);
        assertThat(read().publicKey()).isEqualTo(second);
        assertThat(read().all()).hasSize(1);
    }

    @Test
    void theInnerPrefixOutlivesTheKeyThatItDerivesFrom() throws IOException {
        Prefix inner6 = read().inner6();
        assertThat(inner6).isEqualTo(FleetKey.inner6(read().publicKey()));
        for (int i = 0; i < 2; i++) {
            FleetKey.begin(file);
            FleetKey.announce(file);
            FleetKey.end(file);
            assertThat(read().inner6()).isEqualTo(inner6).isNotEqualTo(FleetKey.inner6(read().publicKey()));
        }
    }

    @Test
    void aChangeOfKeysCanBeTakenBackBeforeDevicesAreTold() throws IOException {
        PublicKey first = read().publicKey();
        FleetKey.begin(file);
        FleetKey.end(file);
        assertThat(read().publicKey()).isEqualTo(first);
        assertThat(read().all()).hasSize(1);
    }

    @Test
    void stepsComeInTheirOrder() throws IOException {
        assertThatIllegalStateException().isThrownBy(() -> FleetKey.announce(file));
        FleetKey.begin(file);
        assertThatIllegalStateException().isThrownBy(() -> FleetKey.begin(file));
        FleetKey.announce(file);
        assertThatIllegalStateException().isThrownBy(() -> FleetKey.announce(file));
        assertThatIllegalStateException().isThrownBy(() -> FleetKey.begin(file));
    }

    @Test
    void theFileStaysItsOwnersAloneAndNothingIsLeftBesideIt() throws IOException {
        FleetKey.begin(file);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        try (var all = Files.list(directory)) {
            assertThat(all).containsExactly(file);
        }
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> FleetKey.announce(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("chmod 600");
    }

    @Test
    void commentsAndEmptyLinesMayBeThere() {
        FleetKeys keys = FleetKeys.parse("# ours\n\n" + ONE + "\r\n former " + TWO + "\ninner6 fd12:3456:789a::/48");
        assertThat(keys.former()).isPresent();
        assertThat(keys.inner6()).isEqualTo(Prefix.parse("fd12:3456:789a::/48"));
        assertThat(keys).hasToString("FleetKeys");
    }

    /** A key stands in the place of @. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            @                  | line 2: there is a line of that kind before
            later @            | line 2: a private key is 44 characters of base64
            next AQEB          | line 2: a private key is 44 characters of base64
            inner6 @           | line 2: after inner6, a prefix such as fd12:3456:789a::/48 is expected
            inner6 fd00::/64   | line 2: after inner6, a prefix such as fd12:3456:789a::/48 is expected
            inner6 10.0.0.0/8  | line 2: after inner6, a prefix such as fd12:3456:789a::/48 is expected
            former @           | beside a former key there has to be a line inner6: devices keep the addresses that they had by that key
            next @;next @      | line 3: there is a line of that kind before
            next @;former @    | two keys are valid at once, and there are three
            """)
    void whatIsWrongIsSaidWithItsLineAndWithoutAKey(String lines, String reason) {
        String text = ONE + "\n" + lines.replace("@", TWO).replace(';', '\n');
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FleetKeys.parse(text))
                .withMessage(reason);
    }

    @Test
    void aFileWithoutAKeyThatDevicesAreToldIsRefused() {
        for (String text : new String[] {"", "# nothing\n", "next " + ONE}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> FleetKeys.parse(text))
                    .withMessage("there is no key that devices are told");
        }
    }
}
