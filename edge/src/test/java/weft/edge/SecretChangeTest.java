package weft.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import weft.fleet.FleetSecret;
import weft.fleet.ReceiverIndices;
import weft.wireguard.CookieKeys;
import weft.wireguard.Crypto;

/** A fleet goes over to another secret while its edges run: some have read the new file and some have not. */
class SecretChangeTest {
    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.UTF_8);
    private static final long NANOS_A_DAY = 86_400_000_000_000L;

    private final Crypto crypto = Crypto.jdk();
    private final KeyedBlake prf = new KeyedBlake(crypto.hash());
    private final long today = DayKeys.today();

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    private static byte[] filled(int with) {
        byte[] bytes = new byte[FleetSecret.SIZE];
        Arrays.fill(bytes, (byte) with);
        return bytes;
    }

    private static FleetSecret before() {
        return FleetSecret.of(0, filled(1));
    }

    private FleetSecret rotated() {
        return before().and(today + 1, filled(2));
    }

    private MeshCipher cipher(int number, FleetSecret secret) {
        return new MeshCipher(secret, prf, crypto.aead(), number, 1);
    }

    @Test
    void anEdgeThatHasReadTheFileAndOneThatHasNotUnderstandEachOtherUntilTheDay() {
        MeshCipher renewed = cipher(1, before());
        MeshCipher late = cipher(2, before());
        assertThat(late.open(renewed.seal(HELLO, today), today)).isPresent();
        renewed.renew(rotated());
        assertThat(late.open(renewed.seal(HELLO, today), today)).isPresent();
        assertThat(renewed.open(late.seal(HELLO, today), today)).isPresent();
        assertThat(late.open(renewed.seal(HELLO, today + 1), today + 1)).isEmpty();
        late.renew(rotated());
        assertThat(late.open(renewed.seal(HELLO, today + 1), today + 1)).isPresent();
        assertThat(renewed.open(late.seal(HELLO, today + 1), today + 1)).isPresent();
    }

    @Test
    void anIndexFromBeforeTheFileWasReadIsOpenedAfterwardsAndTheDayAfter() {
        DayKeys keys = new DayKeys(before(), prf);
        int index = keys.indices().seal(4_711, 3);
        keys.renew(rotated());
        assertThat(ReceiverIndices.clientId(keys.indices().open(index))).isEqualTo(4_711);
        try (ReceiverIndices tomorrow = new ReceiverIndices(today + 1, rotated(), prf)) {
            assertThat(ReceiverIndices.clientId(tomorrow.open(index))).isEqualTo(4_711);
        }
        keys.close();
    }

    @Test
    void cookiesOfTheNewSecretAreKnownAsSoonAsItIsRead() {
        DayKeys keys = new DayKeys(before(), prf);
        CookieKeys cookies = keys.cookieKeys();
        long noonTomorrow = (today + 1) * NANOS_A_DAY + NANOS_A_DAY / 2;
        long noon = today * NANOS_A_DAY + NANOS_A_DAY / 2;
        byte[] old = cookies.secrets(0, noonTomorrow).getFirst().clone();
        byte[] ofToday = cookies.secrets(0, noon).getFirst().clone();
        keys.renew(rotated());
        assertThat(cookies.secrets(0, noonTomorrow).getFirst()).isNotEqualTo(old);
        assertThat(cookies.secrets(0, noon).getFirst()).isEqualTo(ofToday);
        keys.close();
    }

    @Test
    void aFileThatChangesTodaysSecretIsRefusedAndNothingChanges() {
        DayKeys keys = new DayKeys(before(), prf);
        int index = keys.indices().seal(7, 1);
        for (FleetSecret other : new FleetSecret[] {
            FleetSecret.of(0, filled(3)),
            before().and(today, filled(3)),
            FleetSecret.of(0, filled(3)).and(today, filled(1))
        }) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> keys.renew(other))
                    .withMessageContaining("weft fleet rotate-secret");
        }
        assertThat(ReceiverIndices.clientId(keys.indices().open(index))).isEqualTo(7);
        keys.close();
    }

    private Path file() throws IOException {
        Path file = directory.resolve("fleet.secret");
        if (Files.notExists(file)) {
            SecretFiles.makeFleetSecret(file);
        }
        return file;
    }

    @Test
    void aSecretIsAddedForADayToComeAndTheFileStaysItsOwners() throws IOException {
        FleetSecret before = SecretFiles.fleetSecret(file());
        SecretFiles.addFleetSecret(file(), today, today + 2);
        FleetSecret after = SecretFiles.fleetSecret(file());
        assertThat(after.agrees(before, today + 1)).isTrue();
        assertThat(after.agrees(before, today + 2)).isFalse();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
        try (var all = Files.list(directory)) {
            assertThat(all).containsExactly(file());
        }
    }

    @Test
    void theyComeInTheOrderOfTheirDaysAndNoneIsForToday() throws IOException {
        SecretFiles.addFleetSecret(file(), today, today + 2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SecretFiles.addFleetSecret(file(), today, today + 1))
                .withMessageContaining(Long.toString(today + 2));
        assertThatIllegalArgumentException().isThrownBy(() -> SecretFiles.addFleetSecret(file(), today, today));
    }

    @Test
    void whatWasOverBeforeYesterdayIsStruck() throws IOException {
        Path file = file();
        SecretFiles.addFleetSecret(file, today, today + 1);
        SecretFiles.addFleetSecret(file, today + 2, today + 3);
        assertThat(secrets(file))
                .as("yesterday's, that of the day, and the next")
                .isEqualTo(2);
        SecretFiles.addFleetSecret(file, today + 3, today + 4);
        assertThat(secrets(file)).isEqualTo(3);
    }

    private static long secrets(Path file) throws IOException {
        try (var lines = Files.lines(file)) {
            return lines.filter(line -> !line.startsWith("#")).count();
        }
    }

    @Test
    void theRunningCityFollowsTheFile() throws Exception {
        Path file = file();
        CityAgent agent = new CityAgent("test-city", now -> {});
        agent.start();
        DayKeys keys = new DayKeys(SecretFiles.fleetSecret(file), prf);
        CookieKeys cookies = keys.cookieKeys();
        long tomorrow = (today + 1) * NANOS_A_DAY;
        Optional<byte[]> before =
                Optional.of(cookies.secrets(0, tomorrow).getFirst().clone());
        try (SecretFollower _ = new SecretFollower(file, agent, keys::renew)) {
            SecretFiles.addFleetSecret(file, today, today + 1);
            OneEdge.eventually(() ->
                    !Arrays.equals(before.get(), cookies.secrets(0, tomorrow).getFirst()));
        }
        agent.close();
        keys.close();
    }
}
