package weft.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How even tables are, how little moves, and whether the second owner is who comes next. */
class TableGoalsTest {
    private static final String GOALS = """
            edges, balance, disruption, ready
            2,     1.02,    1.10,       0.97
            3,     1.02,    1.10,       0.97
            5,     1.02,    1.10,       0.97
            8,     1.02,    1.10,       0.98
            16,    1.02,    1.10,       0.98
            32,    1.02,    1.10,       0.98
            63,    1.02,    1.10,       0.99
            64,    1.02,    1.10,       0.99
            128,   1.04,    1.10,       0.99
            256,   1.08,    1.10,       0.99
            """;

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);
    private final TableBuilder builder = new TableBuilder();

    @ParameterizedTest
    @CsvSource(useHeadersInDisplayName = true, textBlock = GOALS)
    void tablesAreEvenAndChangeLittleWhenAnEdgeLeaves(int edges, double balance, double disruption, double ready) {
        check(edges, balance, disruption, ready, Departures.some(edges, 16));
    }

    @Tag("full")
    @ParameterizedTest
    @CsvSource(useHeadersInDisplayName = true, textBlock = GOALS)
    void tablesAreEvenAndChangeLittleWhicheverEdgeLeaves(int edges, double balance, double disruption, double ready) {
        for (int city = 0; city < 10; city++) {
            check(edges, balance, disruption, ready, Departures.all(edges));
        }
    }

    private void check(int edges, double balance, double disruption, double ready, int[] leavers) {
        Departures found = Departures.of(builder, Cities.equal(edges, random), leavers);
        assertThat(found.balance()).as("balance, seed %d", seed).isLessThanOrEqualTo(balance);
        assertThat(found.disruption()).as("disruption, seed %d", seed).isBetween(0.9, disruption);
        assertThat(found.ready()).as("ready, seed %d", seed).isGreaterThanOrEqualTo(ready);
        assertThat(found.after())
                .as("load after a take-over, seed %d", seed)
                .isLessThanOrEqualTo(balance + Math.max(0.02, balance - 1));
    }

    /** The old first owner is then the second: it is where the sessions are. */
    @ParameterizedTest
    @CsvSource({"1", "2", "3", "7", "8", "63", "64", "255"})
    void whenAnEdgeJoinsThoseWhoGiveBucketsToItAreTheirSeconds(int edges) {
        List<Member> city = Cities.equal(edges, random);
        CityTable table = builder.build(city);
        double moved = 0;
        double kept = 0;
        double taken = 0;
        int newcomers = 8;
        for (int i = 0; i < newcomers; i++) {
            Member newcomer = Member.of(Cities.name(random));
            List<Member> joined = new ArrayList<>(city);
            joined.add(newcomer);
            CityTable more = builder.build(joined);
            Change change = Change.of(more, table, more.members().indexOf(newcomer));
            moved += change.moved();
            kept += change.ready();
            taken += change.orphans();
        }
        double ideal = (double) CityTable.BUCKETS / (edges + 1);
        assertThat(moved / newcomers / ideal).as("moved, seed %d", seed).isBetween(0.9, 1.12);
        assertThat(kept / taken).as("old owner is second, seed %d", seed).isGreaterThan(0.97);
    }

    @ParameterizedTest
    @CsvSource({"4, 3", "16, 4", "64, 10", "200, 2"})
    void anEdgeOwnsByItsWeight(int edges, int greatest) {
        List<Member> city = weighted(edges, greatest);
        CityTable table = builder.build(city);
        double total = city.stream().mapToInt(Member::weight).sum();
        for (int member = 0; member < edges; member++) {
            double share = CityTable.BUCKETS * table.members().get(member).weight() / total;
            assertThat(table.owned(0)[member] / share)
                    .as("of a share of %f, seed %d", share, seed)
                    .isLessThanOrEqualTo(1 + Math.max(0.01, 20 * edges / 65_536.0))
                    .isGreaterThan(0.99 - 6 * Math.sqrt(0.5 / share));
        }
    }

    @ParameterizedTest
    @CsvSource({"8, 4", "64, 10"})
    void aCityOfUnequalEdgesChangesLittleWhenOneLeaves(int edges, int greatest) {
        CityTable table = builder.build(weighted(edges, greatest));
        double moved = 0;
        for (int left = 0; left < edges; left++) {
            moved += Change.of(table, builder.build(Cities.without(table.members(), left)), left)
                    .moved();
        }
        assertThat(moved / CityTable.BUCKETS).as("seed %d", seed).isBetween(1.0, 1.1);
    }

    @ParameterizedTest
    @CsvSource({"8, 4", "64, 10"})
    void anEdgeThatGetsHeavierTakesHardlyMoreThanTheDifference(int edges, int greatest) {
        List<Member> city = weighted(edges, greatest);
        CityTable before = builder.build(city);
        double total = city.stream().mapToInt(Member::weight).sum();
        double moved = 0;
        double ideal = 0;
        for (int i = 0; i < edges; i++) {
            Member member = city.get(i);
            city.set(i, new Member(member.name(), member.weight() + 1));
            CityTable after = builder.build(city);
            city.set(i, member);
            moved += moved(before, after);
            ideal += CityTable.BUCKETS * ((member.weight() + 1) / (total + 1) - member.weight() / total);
        }
        assertThat(moved / ideal).as("seed %d", seed).isBetween(0.9, 1.5);
    }

    private List<Member> weighted(int edges, int greatest) {
        List<Member> city = new ArrayList<>();
        for (Member member : Cities.equal(edges, random)) {
            city.add(new Member(member.name(), 1 + random.nextInt(greatest)));
        }
        return city;
    }

    /** Both tables have the same names in the same order. */
    private static int moved(CityTable before, CityTable after) {
        int moved = 0;
        for (int bucket = 0; bucket < CityTable.BUCKETS; bucket++) {
            moved += before.owner(bucket) == after.owner(bucket) ? 0 : 1;
        }
        return moved;
    }
}
