package weft.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** That what we compare with is what it is called. */
class SchemesTest {
    /** Figure 5 and table 1 of the paper. */
    @Test
    void maglevGivesTheTablesOfThePaper() {
        Maglev maglev = new Maglev(7);
        assertThat(maglev.populate(new int[] {3, 0, 3}, new int[] {4, 2, 1})).containsExactly(1, 0, 1, 0, 2, 2, 0);
        assertThat(maglev.populate(new int[] {3, 3}, new int[] {4, 1})).containsExactly(0, 0, 0, 0, 1, 1, 1);
    }

    @Test
    void maglevIsEvenToOneSlot() {
        List<Member> city = Cities.equal(20, new Random(1));
        assertThat(Scheme.balance(new Maglev(65_537).owners(city), 20)).isBetween(1.0, 1.001);
    }

    @Test
    void rendezvousMovesNothingButWhatTheLeaverHad() {
        long seed = new Random().nextLong();
        List<Member> city = Cities.equal(10, new Random(seed));
        assertThat(new Rendezvous().disruption(city)).as("seed %d", seed).isEqualTo(1);
    }
}
