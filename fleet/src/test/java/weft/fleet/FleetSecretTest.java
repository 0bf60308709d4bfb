package weft.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FleetSecretTest {
    private static final long NANOS_A_DAY = 86_400_000_000_000L;

    private final FleetSecret secret =
            FleetSecret.of(100, bytes(1)).and(110, bytes(2)).and(111, bytes(3));

    private static byte[] bytes(int value) {
        byte[] bytes = new byte[FleetSecret.SIZE];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    /** The byte that the secret in force consists of. */
    private static int inForce(FleetSecret secret, long day) {
        return secret.derive(FleetSecret.Purpose.MESH, day, 0, (bytes, label, n) -> bytes.clone())[0];
    }

    @Test
    void aSecretIsInForceFromItsDayUntilTheNextOneIs() {
        assertThat(inForce(secret, 100)).isEqualTo(1);
        assertThat(inForce(secret, 109)).isEqualTo(1);
        assertThat(inForce(secret, 110)).isEqualTo(2);
        assertThat(inForce(secret, 111)).isEqualTo(3);
        assertThat(inForce(secret, 1_000_000)).isEqualTo(3);
        assertThat(secret.isSame(100, 109)).isTrue();
        assertThat(secret.isSame(109, 110)).isFalse();
    }

    @Test
    void theFirstSecretAlsoHoldsBeforeItsDaySoThatANewFleetHasKeysForYesterday() {
        assertThat(inForce(secret, 99)).isEqualTo(1);
    }

    @Test
    void strikingOldSecretsKeepsThatOfTheDay() {
        FleetSecret rest = secret.since(110);
        assertThat(rest.count()).isEqualTo(2);
        assertThat(inForce(rest, 110)).isEqualTo(2);
        assertThat(inForce(rest, 111)).isEqualTo(3);
        assertThat(secret.since(105).count()).isEqualTo(3);
        assertThat(secret.since(5_000).count()).isEqualTo(1);
    }

    @Test
    void twoFilesAgreeOnTheDaysOnWhichTheSameSecretIsInForce() {
        FleetSecret later = secret.and(120, bytes(4));
        assertThat(secret.agrees(later, 105)).isTrue();
        assertThat(secret.agrees(later, 119)).isTrue();
        assertThat(secret.agrees(later, 120)).isFalse();
        assertThat(secret.agrees(secret.since(111), 110)).as("struck there").isFalse();
        assertThat(secret.agrees(FleetSecret.of(7, bytes(3)), 111)).isTrue();
    }

    @Test
    void everyPurposeSecretAndNumberHasAKeyOfItsOwn() {
        Set<String> keys = new HashSet<>();
        for (FleetSecret.Purpose purpose : FleetSecret.Purpose.values()) {
            for (long day : new long[] {109, 110, 111}) {
                for (long n = 0; n < 3; n++) {
                    keys.add(Arrays.toString(secret.derive(purpose, day, n, TestPrf.INSTANCE)));
                }
            }
        }
        assertThat(keys).hasSize(4 * 3 * 3);
    }

    @Test
    void daysTurnAtMidnight() {
        assertThat(FleetSecret.day(0)).isZero();
        assertThat(FleetSecret.day(20_000 * NANOS_A_DAY - 1)).isEqualTo(19_999);
        assertThat(FleetSecret.day(20_000 * NANOS_A_DAY)).isEqualTo(20_000);
        assertThat(FleetSecret.day(-1)).isEqualTo(-1);
        assertThat(FleetSecret.day(Long.MAX_VALUE)).isEqualTo(FleetSecret.MAX_DAY);
    }

    @Test
    void whatIsNoSecretIsRefused() {
        for (int size : new int[] {0, 31, 33}) {
            assertThatIllegalArgumentException().isThrownBy(() -> FleetSecret.of(0, new byte[size]));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> FleetSecret.of(0, bytes(0)));
        assertThatIllegalArgumentException().isThrownBy(() -> FleetSecret.of(-1, bytes(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> FleetSecret.of(FleetSecret.MAX_DAY + 1, bytes(1)));
    }

    @Test
    void daysOnlyGoUp() {
        assertThatIllegalArgumentException().isThrownBy(() -> secret.and(111, bytes(4)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> secret.and(3, bytes(4)))
                .withMessageContaining("111")
                .withMessageContaining("3");
    }

    @Test
    void thereIsABoundToTheirNumber() {
        FleetSecret many = FleetSecret.of(0, bytes(1));
        for (int i = 1; i < FleetSecret.MAX_SECRETS; i++) {
            many = many.and(i, bytes(1));
        }
        FleetSecret full = many;
        assertThatIllegalArgumentException().isThrownBy(() -> full.and(5_000, bytes(1)));
    }

    @Test
    void nobodyElsesArrayIsKeptAndClosingZeroes() {
        byte[] given = bytes(7);
        FleetSecret one = FleetSecret.of(1, given);
        FleetSecret two = one.and(2, bytes(8));
        Arrays.fill(given, (byte) 0);
        assertThat(inForce(one, 1)).isEqualTo(7);
        two.close();
        assertThat(inForce(two, 1)).isZero();
        assertThat(inForce(two, 2)).isZero();
        assertThat(inForce(one, 1)).isEqualTo(7);
    }

    @Test
    void itsTextHoldsNoSecret() {
        assertThat(secret).hasToString("FleetSecret from days [100, 110, 111]");
    }
}
