package weft.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CookieEpochsTest {
    private static final long DAY = 20_417;
    private static final long SECOND = 1_000_000_000L;
    private static final long MIDNIGHT = DAY * 86_400 * SECOND;

    private static byte[] bytes(int value) {
        byte[] bytes = new byte[FleetSecret.SIZE];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static CookieEpochs edge() {
        return new CookieEpochs(FleetSecret.of(0, bytes(1)).and(DAY, bytes(2)), TestPrf.INSTANCE);
    }

    /** Whether a cookie that one edge made at its time is good at another's. */
    private static boolean isGood(long made, long used) {
        byte[] secret = edge().secrets(made).getFirst();
        return edge().secrets(used).stream().anyMatch(candidate -> Arrays.equals(candidate, secret));
    }

    @Test
    void aCookieOfOneEdgeIsGoodAtAnyForTheTwoMinutesThatADeviceUsesIt() {
        for (long made = MIDNIGHT - 300 * SECOND; made < MIDNIGHT + 300 * SECOND; made += SECOND) {
            assertThat(isGood(made, made)).isTrue();
            assertThat(isGood(made, made + 120 * SECOND)).as("made %s", made).isTrue();
        }
    }

    @Test
    void aCookieOfAnEdgeWhoseClockIsAheadIsGood() {
        for (long made = MIDNIGHT - 150 * SECOND; made < MIDNIGHT + 150 * SECOND; made += SECOND) {
            assertThat(isGood(made + 10 * SECOND, made)).as("made %s", made).isTrue();
        }
    }

    @Test
    void afterFourMinutesACookieIsGoodNowhere() {
        for (long made = MIDNIGHT - 150 * SECOND; made < MIDNIGHT + 150 * SECOND; made += SECOND) {
            assertThat(isGood(made, made + 240 * SECOND)).as("made %s", made).isFalse();
        }
    }

    @Test
    void theSecretTurnsEveryTwoMinutesAndComesFromTheDaysSecretOfTheFleet() {
        Set<String> seen = new HashSet<>();
        CookieEpochs epochs = edge();
        for (int i = 0; i < 720; i++) {
            String first = Arrays.toString(
                    epochs.secrets(MIDNIGHT + i * CookieEpochs.LENGTH).getFirst());
            String last = Arrays.toString(
                    epochs.secrets(MIDNIGHT + (i + 1) * CookieEpochs.LENGTH - 1).getFirst());
            assertThat(last).isEqualTo(first);
            seen.add(first);
        }
        assertThat(seen).hasSize(720);
        CookieEpochs unrotated = new CookieEpochs(FleetSecret.of(0, bytes(1)), TestPrf.INSTANCE);
        assertThat(epochs.secrets(MIDNIGHT - 1).getFirst())
                .isEqualTo(unrotated.secrets(MIDNIGHT - 1).getFirst());
        assertThat(epochs.secrets(MIDNIGHT).getFirst())
                .isNotEqualTo(unrotated.secrets(MIDNIGHT).getFirst());
    }

    @Test
    void withinAnEpochNothingIsDerivedAnew() {
        CookieEpochs epochs = edge();
        List<byte[]> once = epochs.secrets(MIDNIGHT);
        assertThat(epochs.secrets(MIDNIGHT + 119 * SECOND)).isSameAs(once);
        assertThat(epochs.secrets(MIDNIGHT - 1)).as("a clock set back").isNotSameAs(once);
    }

    @Test
    void closingZeroes() {
        CookieEpochs epochs = edge();
        List<byte[]> secrets = epochs.secrets(MIDNIGHT);
        epochs.close();
        assertThat(secrets).allSatisfy(secret -> assertThat(secret).containsOnly(0));
        assertThat(epochs.secrets(MIDNIGHT).getFirst())
                .isEqualTo(edge().secrets(MIDNIGHT).getFirst());
    }
}
