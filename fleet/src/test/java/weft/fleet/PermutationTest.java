package weft.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PermutationTest {
    private static final int BITS = 30;
    private static final long SEED = 0x5eedL;

    private final SplittableRandom random = new SplittableRandom(SEED);

    private Permutation permutation(int half) {
        byte[] key = new byte[SipHash.KEY_SIZE];
        random.nextBytes(key);
        return new Permutation(new SipHash(key), half);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 8})
    void ofFewBitsEveryNumberComesOutOnceAndGoesBack(int half) {
        for (int key = 0; key < 20; key++) {
            Permutation permutation = permutation(half);
            int numbers = 1 << (2 * half);
            BitSet seen = new BitSet(numbers);
            for (int number = 0; number < numbers; number++) {
                int permuted = permutation.permute(number);
                assertThat(permuted).isBetween(0, numbers - 1);
                assertThat(permutation.invert(permuted)).isEqualTo(number);
                seen.set(permuted);
            }
            assertThat(seen.cardinality()).isEqualTo(numbers);
        }
    }

    @Test
    void ofThirtyBitsAMillionNumbersInARowComeOutOnceEachAndGoBack() {
        Permutation permutation = permutation(BITS / 2);
        int first = random.nextInt(1 << BITS);
        BitSet seen = new BitSet(1 << BITS);
        for (int i = 0; i < 1_000_000; i++) {
            int number = (first + i) & ((1 << BITS) - 1);
            int permuted = permutation.permute(number);
            if (permuted >>> BITS != 0 || permutation.invert(permuted) != number) {
                throw new AssertionError("seed " + SEED + ": " + number + " became " + permuted);
            }
            seen.set(permuted);
        }
        assertThat(seen.cardinality()).isEqualTo(1_000_000);
    }

    /** Half the time, within five standard deviations of as many coins thrown. */
    @Test
    void eachBitOfTheInputFlipsEachBitOfTheOutputHalfTheTime() {
        int samples = 4_000;
        double five = 5 * 0.5 / Math.sqrt(samples);
        Permutation permutation = permutation(BITS / 2);
        for (int in = 0; in < BITS; in++) {
            int[] flips = new int[BITS];
            for (int i = 0; i < samples; i++) {
                int number = random.nextInt(1 << BITS);
                int changed = permutation.permute(number) ^ permutation.permute(number ^ (1 << in));
                for (int out = 0; out < BITS; out++) {
                    flips[out] += (changed >>> out) & 1;
                }
            }
            for (int out = 0; out < BITS; out++) {
                assertThat((double) flips[out] / samples)
                        .as("seed %x: bit %s of the output by bit %s of the input", SEED, out, in)
                        .isBetween(0.5 - five, 0.5 + five);
            }
        }
    }

    @Test
    void anotherKeyIsAnotherPermutation() {
        Permutation one = permutation(BITS / 2);
        Permutation other = permutation(BITS / 2);
        int same = 0;
        for (int number = 0; number < 100_000; number++) {
            same += one.permute(number) == other.permute(number) ? 1 : 0;
        }
        assertThat(same).as("seed %x", SEED).isLessThan(5);
    }
}
