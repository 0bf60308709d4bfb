package weft.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HashingTest {
    private static final int IDS = 1 << 24;
    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);

    @Test
    void everyBucketHasTwoHundredAndFiftySixClientIds() {
        int[] ids = new int[CityTable.BUCKETS];
        for (int id = 0; id < IDS; id++) {
            ids[CityTable.bucket(id)]++;
        }
        assertThat(Arrays.stream(ids).distinct()).containsExactly(256);
    }

    /** A chi-square of 255 degrees of freedom has mean 255 and deviation 22.6. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 16, 255, 256, 257, 4096, 65_536})
    void clientIdsOfAnyRegularityAreSpread(int step) {
        int count = Math.min(IDS / step, 25_600);
        int start = random.nextInt(IDS);
        int[] high = new int[256];
        int[] low = new int[256];
        for (int i = 0; i < count; i++) {
            int bucket = CityTable.bucket(start + i * step);
            high[bucket >>> 8]++;
            low[bucket & 0xff]++;
        }
        double expected = count / 256.0;
        assertThat(chiSquare(high, expected)).as("start %d", start).isLessThan(255 + 6 * 22.6);
        assertThat(chiSquare(low, expected)).as("start %d", start).isLessThan(255 + 6 * 22.6);
    }

    private static double chiSquare(int[] found, double expected) {
        return Arrays.stream(found)
                        .mapToDouble(count -> (count - expected) * (count - expected))
                        .sum()
                / expected;
    }

    @Test
    void oneBitOfAClientIdMovesItToAnotherBucket() {
        int[] flips = new int[16];
        int trials = 2000;
        for (int i = 0; i < trials; i++) {
            int id = random.nextInt(IDS);
            for (int bit = 0; bit < 24; bit++) {
                int difference = CityTable.bucket(id) ^ CityTable.bucket(id ^ (1 << bit));
                for (int out = 0; out < 16; out++) {
                    flips[out] += (difference >>> out) & 1;
                }
            }
        }
        for (int flip : flips) {
            assertThat(flip / (trials * 24.0)).as("seed %d", seed).isBetween(0.4, 0.6);
        }
    }

    @Test
    void eachMemberHasAnOrderOfAllBuckets() {
        Scores scores = new Scores(Member.of(Cities.name(random)));
        BitSet seen = new BitSet();
        for (int bucket = 0; bucket < CityTable.BUCKETS; bucket++) {
            seen.set(scores.permuted(bucket));
        }
        assertThat(seen.cardinality()).isEqualTo(CityTable.BUCKETS);
    }

    /** Names that differ in one digit, as names of servers do: 4096 cells with 16 buckets each, if independent. */
    @Test
    void theOrdersOfMembersWithSimilarNamesHaveNothingInCommon() {
        Scores[] scores = new Scores[40];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = new Scores(Member.of("edge-" + i + ".example.org"));
        }
        double sum = 0;
        int pairs = 0;
        for (int a = 0; a < scores.length; a++) {
            for (int b = 0; b < a; b++) {
                sum += chiSquare(cells(scores[a], scores[b]), 16);
                pairs++;
            }
        }
        double freedom = 63 * 63;
        double deviation = Math.sqrt(2 * freedom / pairs);
        assertThat(sum / pairs).isBetween(freedom - 6 * deviation, freedom + 6 * deviation);
    }

    private static int[] cells(Scores one, Scores other) {
        int[] cells = new int[4096];
        for (int bucket = 0; bucket < CityTable.BUCKETS; bucket++) {
            cells[(one.permuted(bucket) >>> 10 << 6) | (other.permuted(bucket) >>> 10)]++;
        }
        return cells;
    }

    @Test
    void noTwoBucketsScoreTheSameWithOneMember() {
        for (int weight : new int[] {1, 3, 7, 999_983, Member.MAX_WEIGHT}) {
            Scores scores = new Scores(new Member("a", weight));
            float[] sorted = new float[CityTable.BUCKETS];
            for (int bucket = 0; bucket < CityTable.BUCKETS; bucket++) {
                sorted[bucket] = scores.of(bucket);
            }
            Arrays.sort(sorted);
            assertThat(sorted[0]).isPositive();
            assertThat(sorted[CityTable.BUCKETS - 1]).isFinite();
            for (int i = 1; i < sorted.length; i++) {
                assertThat(sorted[i]).as("weight %d, place %d", weight, i).isGreaterThan(sorted[i - 1]);
            }
        }
    }
}
