package weft.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TooBigBudgetTest {
    private static final long SECOND = 1_000_000_000L;

    private long now = -5 * SECOND;
    private final TooBigBudget budget = new TooBigBudget(16, 8, now);

    private static TooBig about(int client, int mtu) {
        return new TooBig(0, 0xffff_cb00_7101L, 2408, 0, 0xffff_0000_0000L + client, 4000, mtu);
    }

    @Test
    void errorsThatComeEvenlyAreBoundedLikeThoseThatComeAtOnce() {
        int taken = 0;
        for (int i = 0; i < 30_000; i++) {
            now += SECOND / 3_000;
            taken += budget.take(about(i, 1400), now) ? 1 : 0;
        }
        assertThat(taken).as("in ten seconds").isBetween(16 + 79, 16 + 80);
    }

    @Test
    void whatWasNotUsedIsThereForABurstAndNoMore() {
        now += 3_600 * SECOND;
        int taken = 0;
        for (int i = 0; i < 1_000; i++) {
            taken += budget.take(about(i, 1400), now) ? 1 : 0;
        }
        assertThat(taken).isEqualTo(16);
        now += SECOND / 8;
        assertThat(budget.take(about(2_000, 1400), now)).isTrue();
        assertThat(budget.take(about(2_001, 1400), now)).isFalse();
    }

    @Test
    void theSameNewsOfOneAddressLeavesTheBudgetToOthers() {
        assertThat(budget.take(about(1, 1400), now)).isTrue();
        for (int i = 0; i < 100; i++) {
            now += SECOND / 100;
            assertThat(budget.take(about(1, 1400), now)).isFalse();
        }
        assertThat(budget.take(about(1, 1300), now))
                .as("a narrower link behind")
                .isTrue();
        assertThat(budget.take(about(2, 1400), now)).as("another address").isTrue();
        now += TooBigBudget.AGAIN;
        assertThat(budget.take(about(1, 1400), now))
                .as("the copies may be lost")
                .isTrue();
    }
}
