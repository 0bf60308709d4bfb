package weft.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ReceiverIndicesTest {
    private static final long SEED = 0x1d5L;
    private static final long DAY = 20_417;
    private static final long NANOS_A_DAY = 86_400_000_000_000L;
    private static final long SECOND = 1_000_000_000L;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final FleetSecret secret = FleetSecret.of(0, secretBytes());

    private byte[] secretBytes() {
        byte[] bytes = new byte[FleetSecret.SIZE];
        random.nextBytes(bytes);
        return bytes;
    }

    private ReceiverIndices on(long day) {
        return new ReceiverIndices(day, secret, TestPrf.INSTANCE);
    }

    private static int packed(int clientId, int slot) {
        return clientId << ReceiverIndices.SLOT_BITS | slot;
    }

    @Test
    void whatOneEdgeSealsAnyOtherOpens() {
        ReceiverIndices one = on(DAY);
        ReceiverIndices other = on(DAY);
        for (int i = 0; i < 100_000; i++) {
            int clientId = random.nextInt(1 << 24);
            int slot = random.nextInt(ReceiverIndices.SLOTS);
            int opened = other.open(one.seal(clientId, slot));
            assertThat(ReceiverIndices.clientId(opened)).as("seed %x", SEED).isEqualTo(clientId);
            assertThat(ReceiverIndices.slot(opened)).isEqualTo(slot);
        }
    }

    @Test
    void theExtremesFit() {
        ReceiverIndices indices = on(DAY);
        assertThat(indices.open(indices.seal(0, 0))).isZero();
        assertThat(indices.open(indices.seal(0xffffff, 63))).isEqualTo((1 << 30) - 1);
        assertThatIllegalArgumentException().isThrownBy(() -> indices.seal(1 << 24, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> indices.seal(-1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> indices.seal(0, 64));
        assertThatIllegalArgumentException().isThrownBy(() -> indices.seal(0, -1));
    }

    @Test
    void anIndexOpensTheDayAfterAndNoLongerTheNext() {
        for (long day = DAY; day < DAY + 5; day++) {
            int index = on(day).seal(123_456, 7);
            assertThat(index >>> 30).isEqualTo((int) (day % 4));
            assertThat(on(day + 1).open(index)).isEqualTo(packed(123_456, 7));
            assertThat(on(day + 2).open(index)).isEqualTo(ReceiverIndices.UNKNOWN);
            assertThat(on(day + 3).open(index)).isNotEqualTo(packed(123_456, 7));
            assertThat(on(day + 4).open(index)).isNotEqualTo(packed(123_456, 7));
        }
    }

    @Test
    void aroundMidnightEdgesWhoseClocksDifferOpenEachOthersIndices() {
        long midnight = DAY * NANOS_A_DAY;
        ReceiverIndices ahead = on(FleetSecret.day(midnight + 4 * SECOND));
        ReceiverIndices behind = on(FleetSecret.day(midnight - 4 * SECOND));
        assertThat(ahead.open(behind.seal(99, 1))).isEqualTo(packed(99, 1));
        assertThat(behind.open(ahead.seal(99, 1))).isEqualTo(packed(99, 1));
    }

    @Test
    void theyAreOverWithTheirDay() {
        ReceiverIndices indices = on(DAY);
        assertThat(indices.isOver(DAY * NANOS_A_DAY)).isFalse();
        assertThat(indices.isOver((DAY + 1) * NANOS_A_DAY - 1)).isFalse();
        assertThat(indices.isOver((DAY + 1) * NANOS_A_DAY)).isTrue();
        assertThat(indices.isOver(DAY * NANOS_A_DAY - 1)).isTrue();
    }

    @Test
    void aNewSecretDropsNoSession() {
        FleetSecret rotated = secret.and(DAY + 1, secretBytes());
        int old = new ReceiverIndices(DAY, rotated, TestPrf.INSTANCE).seal(4_711, 3);
        ReceiverIndices after = new ReceiverIndices(DAY + 1, rotated, TestPrf.INSTANCE);
        assertThat(after.open(old)).isEqualTo(packed(4_711, 3));
        int fresh = after.seal(4_711, 3);
        assertThat(new ReceiverIndices(DAY, rotated, TestPrf.INSTANCE).open(fresh))
                .isEqualTo(packed(4_711, 3));
        assertThat(on(DAY + 1).open(fresh)).as("by the old secret alone").isNotEqualTo(packed(4_711, 3));
    }

    /**
     * What a bystander could count: neither which indices a client's slots have, nor how the indices of ids in a row differ,
     * is any more even or uneven than chance. Each of the 256 values of a byte is as frequent as the others: chi-square with
     * 255 degrees of freedom, beyond mean ± 6 standard deviations of 22.6 for one in 10^8 random permutations.
     */
    @Test
    void noClientIdShowsInItsIndices() {
        ReceiverIndices indices = on(DAY);
        int[][] values = new int[4][256];
        int[][] differences = new int[4][256];
        int samples = 0;
        for (int clientId = 1; clientId <= 2_000; clientId++) {
            for (int slot = 0; slot < ReceiverIndices.SLOTS; slot++) {
                int index = indices.seal(clientId, slot);
                int difference = index ^ indices.seal(clientId + 1, slot);
                for (int i = 0; i < 4; i++) {
                    int shift = Math.min(8 * i, 22);
                    values[i][(index >>> shift) & 0xff]++;
                    differences[i][(difference >>> shift) & 0xff]++;
                }
                samples++;
            }
        }
        for (int i = 0; i < 4; i++) {
            assertThat(chiSquare(values[i], samples)).as("seed %x", SEED).isBetween(255 - 136.0, 255 + 136.0);
            assertThat(chiSquare(differences[i], samples)).as("seed %x", SEED).isBetween(255 - 136.0, 255 + 136.0);
        }
    }

    private static double chiSquare(int[] counts, int samples) {
        double expected = (double) samples / counts.length;
        double sum = 0;
        for (int count : counts) {
            sum += (count - expected) * (count - expected) / expected;
        }
        return sum;
    }

    @Test
    void onAnotherDayTheSameClientLooksLikeAnyOther() {
        ReceiverIndices today = on(DAY);
        ReceiverIndices tomorrow = on(DAY + 1);
        int equal = 0;
        for (int i = 0; i < 100_000; i++) {
            equal += (today.seal(i, 0) ^ tomorrow.seal(i, 0)) << 2 == 0 ? 1 : 0;
        }
        assertThat(equal).as("seed %x", SEED).isLessThan(5);
    }

    @Test
    void closingZeroesTheKeys() {
        ReceiverIndices indices = on(DAY);
        int index = indices.seal(1, 2);
        indices.close();
        assertThat(indices.seal(1, 2)).isNotEqualTo(index);
        Permutation zeros = new Permutation(new SipHash(new byte[SipHash.KEY_SIZE]), 15);
        assertThat(indices.open(index)).isEqualTo(zeros.invert(index & ((1 << 30) - 1)));
    }

    @Test
    void sealingAndOpeningAllocateNothing() {
        ReceiverIndices indices = on(DAY);
        int[] sum = new int[1];
        assertThat(Allocation.ofSteady(20_000, () -> sum[0] += indices.open(indices.seal(sum[0] & 0xffffff, 5))))
                .isZero();
    }
}
