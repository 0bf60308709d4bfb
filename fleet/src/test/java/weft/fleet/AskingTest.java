package weft.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AskingTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long MAPPED = 0xffff_0000_0000L;

    private final Asking asking = new Asking();
    private long now = Long.MAX_VALUE - 100 * SECOND; // a clock may begin anywhere

    @Test
    void theFirstQuestionIsAskedAndTheSameSoonAfterIsNot() {
        assertThat(asking.may(7, 0, MAPPED | 1, 1, now)).isTrue();
        assertThat(asking.may(7, 0, MAPPED | 2, 1, now + Asking.INTERVAL - 1)).isFalse();
        assertThat(asking.may(7, 0, MAPPED | 2, 1, now + Asking.INTERVAL)).isTrue();
    }

    @Test
    void aSourceThatForgesIndicesIsBoundAndOthersAreNot() {
        int asked = 0;
        for (int i = 0; i < 10_000; i++) {
            asked += asking.may(i, 0x2001_0db8_0000_0000L, i, 1, now + i * 100_000L) ? 1 : 0;
        }
        assertThat(asked).as("in one second").isBetween(20, Asking.SOURCE_BURST + 21);
        assertThat(asking.may(20_001, 0, MAPPED | 9, 1, now + SECOND)).isTrue();
    }

    @Test
    void allSourcesTogetherAreBoundByDatagramsAndTheTimeAfterIsAsGoodAsBefore() {
        assertThat(flood(100)).as("of 100 cities, in a second").isBetween(60, 2 * Asking.TOTAL / 100 + 1);
        now += 3 * SECOND;
        assertThat(flood(1)).as("of one").isBetween(Asking.TOTAL, 2 * Asking.TOTAL + 1);
    }

    @Test
    void whereThereAreSeveralPartsTheyKeepToTheBoundTogether() {
        Asking[] parts = {new Asking(4), new Asking(4), new Asking(4), new Asking(4)};
        int asked = 0;
        for (int i = 0; i < 100_000; i++) {
            asked += parts[i % 4].may(i, 0, MAPPED | i * 77L, 1, now + i * 10_000L) ? 1 : 0;
        }
        assertThat(asked).as("in a second").isBetween(Asking.TOTAL, 2 * Asking.TOTAL + 4);
    }

    private int flood(int cities) {
        int asked = 0;
        for (int i = 0; i < 100_000; i++) {
            asked += asking.may(i, 0, MAPPED | i * 77L, cities, now + i * 10_000L) ? 1 : 0;
        }
        return asked;
    }
}
