package weft.wireguard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayWindowTest {
    private static final long END = Spec.REJECT_AFTER_MESSAGES;

    /** Against a plain set, from several starts up to the end of the unsigned range. */
    @ParameterizedTest
    @ValueSource(longs = {0, 1L << 32, Long.MAX_VALUE - 40_000, END - 4_000_000})
    void itAgreesWithASetOfAllThatWasSeen(long start) {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        ReplayWindow window = new ReplayWindow();
        Set<Long> seen = new HashSet<>();
        long greatest = start;
        for (int i = 0; i < 100_000; i++) {
            long counter = candidate(random, start, greatest);
            boolean fresh = window.isFresh(counter);
            if (seen.contains(counter)) {
                assertThat(fresh).as("seed %d: seen before", seed).isFalse();
            } else if (Long.compareUnsigned(counter + Tuning.REPLAY_WINDOW, greatest) > 0) {
                assertThat(fresh).as("seed %d: new and not too late", seed).isTrue();
            }
            if (fresh) {
                window.mark(counter);
                seen.add(counter);
                greatest = Long.compareUnsigned(counter, greatest) > 0 ? counter : greatest;
            }
        }
        assertThat(seen).as("seed %d", seed).hasSizeGreaterThan(20_000);
    }

    private static long candidate(Random random, long start, long greatest) {
        long late = Math.min(greatest - start, random.nextInt(9000));
        return switch (random.nextInt(100)) {
            case 0 -> greatest + random.nextInt(3000);
            case 1 -> greatest + 64L * random.nextInt(5);
            default -> random.nextBoolean() ? greatest + 1 : greatest - late;
        };
    }

    @Test
    void exactlyWhatItPromisesIsKept() {
        ReplayWindow window = new ReplayWindow();
        window.mark(1_000_000);
        assertThat(window.isFresh(1_000_000 - Tuning.REPLAY_WINDOW)).isTrue();
        assertThat(window.isFresh(1_000_000 - Tuning.REPLAY_WINDOW - 64)).isFalse();
        assertThat(Tuning.REPLAY_WINDOW).isGreaterThanOrEqualTo(8192);
    }

    @Test
    void aJumpOverTheWholeWindowForgetsWhatWasThere() {
        ReplayWindow window = new ReplayWindow();
        for (long counter = 0; counter < 20_000; counter++) {
            window.mark(counter);
        }
        window.mark(END - 1);
        assertThat(window.isFresh(END - 2)).isTrue();
        assertThat(window.isFresh(END - 1)).isFalse();
        assertThat(window.isFresh(19_999)).isFalse();
    }
}
