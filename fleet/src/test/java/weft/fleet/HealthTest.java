package weft.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** One edge of four, whose probes the test answers or not, in virtual time. */
class HealthTest {
    private static final long PROBE = 250_000_000L;
    private static final long MINUTE = 60_000_000_000L;
    private static final List<String> ROSTER =
            IntStream.rangeClosed(1, 4).mapToObj(i -> "a" + i).toList();

    private final Health health = new Health();
    private final Set<Integer> draining = new HashSet<>();
    private boolean[] alive = {true, true, true, true};
    private long now = MINUTE;
    private long silence;

    private Health.Course course() {
        CityTable table =
                new TableBuilder().build(ROSTER.stream().map(Member::of).toList());
        CityView view = new CityView(ROSTER, "a1", alive, table, List.of());
        return health.course(view, place -> !draining.contains(place), now - silence, now);
    }

    private void probes(int times, boolean answered) {
        for (int i = 0; i < times; i++) {
            now += PROBE;
            health.probed(answered, now);
        }
    }

    /** @return how many answers in a row it took until it was well again */
    private int recovery() {
        int answers = 0;
        while (health.isSick()) {
            probes(1, true);
            answers++;
        }
        return answers;
    }

    @Test
    void threeFailuresInARowAreNoReasonAndFourAre() {
        for (int i = 0; i < 10; i++) {
            probes(Health.FAILURES - 1, false);
            probes(1, true);
        }
        assertThat(course()).isEqualTo(Health.Course.STAY);
        probes(Health.FAILURES, false);
        assertThat(health.isSick()).isTrue();
        assertThat(course()).isEqualTo(Health.Course.HAND_OVER);
    }

    @Test
    void itSaysOnceThatItHasChanged() {
        probes(Health.FAILURES - 1, false);
        assertThat(health.isSick()).isFalse();
        assertThat(health.probed(false, now)).isTrue();
        assertThat(health.probed(false, now)).isFalse();
        probes(Health.RECOVERY - 1, true);
        assertThat(health.missing()).isEqualTo(1);
        assertThat(health.probed(true, now)).isTrue();
        assertThat(health.missing()).isZero();
        assertThat(course()).isEqualTo(Health.Course.STAY);
    }

    @Test
    void oneFailureWhileItRecoversBeginsTheCountAnew() {
        probes(Health.FAILURES, false);
        probes(Health.RECOVERY - 1, true);
        probes(1, false);
        assertThat(recovery()).isEqualTo(Health.RECOVERY);
    }

    @Test
    void eachRelapseTakesTwiceAsLongAndAQuietTimeForgetsThem() {
        for (int expected = Health.RECOVERY; expected <= Health.MOST_RECOVERY; expected *= 2) {
            probes(Health.FAILURES, false);
            assertThat(recovery()).isEqualTo(expected);
        }
        probes(Health.FAILURES, false);
        assertThat(recovery()).isEqualTo(Health.MOST_RECOVERY);
        now += Health.RELAPSE;
        probes(Health.FAILURES, false);
        assertThat(recovery()).isEqualTo(Health.RECOVERY);
    }

    @Test
    void itStaysWhereHalfTheCityWouldNotBeLeft() {
        draining.add(1);
        draining.add(2);
        probes(Health.FAILURES, false);
        assertThat(course()).isEqualTo(Health.Course.STAY);
        draining.remove(2);
        assertThat(course()).isEqualTo(Health.Course.HAND_OVER);
        draining.add(2);
        assertThat(course()).as("what has begun goes on").isEqualTo(Health.Course.HAND_OVER);
    }

    @Test
    void itLeavesIfItHearsNobodyAndStaysAwayUntilItIsWell() {
        probes(Health.FAILURES, false);
        alive = new boolean[] {true, false, false, false};
        silence = Health.DEAF - 1;
        assertThat(course()).as("they may only be slow").isEqualTo(Health.Course.STAY);
        silence = Health.DEAF;
        assertThat(course()).isEqualTo(Health.Course.LEAVE);
        silence = 0;
        alive = new boolean[] {true, true, true, true};
        assertThat(course()).isEqualTo(Health.Course.LEAVE);
        recovery();
        assertThat(course()).isEqualTo(Health.Course.STAY);
    }

    @Test
    void itStaysIfItHeardNobodyLongBeforeItFellSick() {
        alive = new boolean[] {true, false, false, false};
        silence = Health.TOGETHER + 1;
        probes(Health.FAILURES, false);
        assertThat(course()).as("it may be the last").isEqualTo(Health.Course.STAY);
    }

    @Test
    void anEdgeThatIsAloneInItsCityStays() {
        CityTable table = new TableBuilder().build(List.of(Member.of("a1")));
        CityView view = new CityView(List.of("a1"), "a1", new boolean[] {true}, table, List.of());
        probes(Health.FAILURES, false);
        assertThat(health.course(view, place -> true, now - Health.DEAF, now)).isEqualTo(Health.Course.STAY);
    }
}
