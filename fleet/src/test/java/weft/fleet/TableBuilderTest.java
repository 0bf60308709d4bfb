package weft.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableBuilderTest {
    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);

    @Test
    void whateverHappenedBeforeTheTableIsTheOneMadeFromNothing() {
        historyIsForgotten(12, 8, 24);
        historyIsForgotten(4, 40, 8);
    }

    @Test
    @Tag("full")
    void whateverHappenedInManyCitiesTheTableIsTheOneMadeFromNothing() {
        for (int i = 0; i < 12; i++) {
            historyIsForgotten(25, 1 << (1 + random.nextInt(9)), 16);
        }
    }

    /** Members join, leave and change their weights, at times many at once. */
    private void historyIsForgotten(int steps, int members, int changes) {
        TableBuilder builder = new TableBuilder();
        List<Member> city = new ArrayList<>(Cities.equal(members, random));
        for (int step = 0; step < steps; step++) {
            for (int i = random.nextInt(3) == 0 ? random.nextInt(changes) : 1; i > 0; i--) {
                change(city, members);
            }
            assertSame(builder.build(city), new TableBuilder().build(city), "step " + step);
        }
    }

    private void change(List<Member> city, int about) {
        int at = random.nextInt(city.size());
        int dice = random.nextInt(5);
        if (dice == 0) {
            city.set(at, new Member(city.get(at).name(), 1 + random.nextInt(10)));
        } else if (dice <= 2 && city.size() > 1 && city.size() > about / 2) {
            city.remove(at);
        } else {
            city.add(at, new Member(Cities.name(random), 1 + random.nextInt(2)));
        }
    }

    /** All tables on the way down: the lists of preferences are used up and filled again. */
    @Test
    void aCityThatShrinksToOneEdgeEndsWithTheTableOfThatEdge() {
        TableBuilder builder = new TableBuilder();
        List<Member> city = new ArrayList<>(Cities.equal(70, random));
        while (city.size() > 1) {
            city.remove(random.nextInt(city.size()));
            CityTable table = builder.build(city);
            if (city.size() % 9 == 0 || city.size() <= 4) {
                assertSame(table, new TableBuilder().build(city), city.size() + " members");
            }
        }
    }

    @Test
    void theOrderOfTheMembersDoesNotMatter() {
        List<Member> city = new ArrayList<>(Cities.equal(24, random));
        CityTable table = new TableBuilder().build(city);
        Collections.shuffle(city, random);
        assertSame(new TableBuilder().build(city), table, "shuffled");
    }

    private void assertSame(CityTable actual, CityTable expected, String when) {
        assertThat(actual.digest()).as("digest, %s, seed %d", when, seed).isEqualTo(expected.digest());
        assertThat(actual.members()).as("members, %s, seed %d", when, seed).isEqualTo(expected.members());
        assertThat(owners(actual)).as("owners, %s, seed %d", when, seed).isEqualTo(owners(expected));
    }

    private static int[] owners(CityTable table) {
        int[] owners = new int[CityTable.BUCKETS * table.owners()];
        for (int i = 0; i < owners.length; i++) {
            owners[i] = table.owner(i / table.owners(), i % table.owners());
        }
        return owners;
    }

    /** The definition, word by word: all pairs from the best score to the worst. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 9, 40})
    void aBucketGoesToTheFirstOfAllPairsWhoseMemberIsNotFull(int edges) {
        List<Member> city = new ArrayList<>();
        for (Member member : Cities.equal(edges, random)) {
            city.add(new Member(member.name(), 1 + random.nextInt(3)));
        }
        int[] owner = new int[CityTable.BUCKETS];
        Arrays.fill(owner, -1);
        int[] room = rooms(city);
        for (long pair : sortedPairs(city)) {
            int bucket = (int) pair & 0xffff;
            int member = (int) pair >>> 16;
            if (owner[bucket] < 0 && room[member] > 0) {
                owner[bucket] = member;
                room[member]--;
            }
        }
        CityTable table = new TableBuilder().build(city);
        for (int bucket = 0; bucket < CityTable.BUCKETS; bucket++) {
            assertThat(table.owner(bucket))
                    .as("bucket %d, seed %d", bucket, seed)
                    .isEqualTo(owner[bucket]);
        }
    }

    private static int[] rooms(List<Member> city) {
        long total = city.stream().mapToLong(Member::weight).sum();
        long room = 65_536L + Math.max(20 * city.size(), 655);
        return city.stream()
                .mapToInt(member -> (int) (room * member.weight() / total))
                .toArray();
    }

    /** Score, member and bucket, highest bits first. */
    private static long[] sortedPairs(List<Member> city) {
        long[] pairs = new long[CityTable.BUCKETS * city.size()];
        for (int member = 0; member < city.size(); member++) {
            Scores scores = new Scores(city.get(member));
            for (int bucket = 0; bucket < CityTable.BUCKETS; bucket++) {
                long score = Float.floatToRawIntBits(scores.of(bucket));
                pairs[member * CityTable.BUCKETS + bucket] = (score << 32) | ((long) member << 16) | bucket;
            }
        }
        Arrays.sort(pairs);
        return pairs;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 20})
    void theOwnersOfABucketAreDifferentMembers(int edges) {
        CityTable table = new TableBuilder().build(Cities.equal(edges, random));
        assertThat(table.owners()).isEqualTo(Math.min(3, edges));
        int[] owners = owners(table);
        for (int from = 0; from < owners.length; from += table.owners()) {
            int[] ofOne = Arrays.copyOfRange(owners, from, from + table.owners());
            assertThat(Arrays.stream(ofOne).distinct().count())
                    .as("at %d, seed %d", from, seed)
                    .isEqualTo(table.owners());
        }
    }

    /** Three of four have no share at all. */
    @Test
    void extremeWeightsStillFillTheTable() {
        List<Member> city = new ArrayList<>();
        for (Member member : Cities.equal(TableBuilder.MAX_MEMBERS, random)) {
            city.add(new Member(member.name(), random.nextInt(4) == 0 ? Member.MAX_WEIGHT : 1));
        }
        CityTable table = new TableBuilder().build(city);
        assertThat(Arrays.stream(table.owned(0)).sum()).isEqualTo(CityTable.BUCKETS);
        assertThat(Arrays.stream(table.owned(2)).sum()).isEqualTo(CityTable.BUCKETS);
    }

    @Test
    void theDigestTellsMembersAndWeightsApart() {
        List<List<Member>> cities = List.of(
                List.of(Member.of("a")),
                List.of(Member.of("b")),
                List.of(new Member("a", 2)),
                List.of(Member.of("a"), Member.of("b")),
                List.of(new Member("a", 2), Member.of("b")),
                List.of(Member.of("a"), new Member("b", 2)),
                List.of(Member.of("ab")),
                List.of(Member.of("edge-000")),
                List.of(Member.of("edge-000\0")));
        assertThat(cities.stream().map(city -> new TableBuilder().build(city).digest()))
                .doesNotHaveDuplicates();
    }

    /** Edges of different releases make tables for one city. If this fails, the digest must change with the tables. */
    @Test
    void tablesAreTheSameInEveryRelease() {
        List<Member> city = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            city.add(new Member("edge-" + i + ".köln", 1 + i % 3));
        }
        CityTable table = new TableBuilder().build(city);
        assertThat(table.digest()).isEqualTo(4114846473677406692L);
        assertThat(Arrays.hashCode(owners(table))).isEqualTo(1459016523);
    }

    @Test
    void aCityWithoutMembersOrWithTwoOfOneNameIsRefused() {
        TableBuilder builder = new TableBuilder();
        assertThatThrownBy(() -> builder.build(List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.build(List.of(Member.of("a"), new Member("a", 2))))
                .hasMessageContaining("a");
        assertThatThrownBy(() -> builder.build(Cities.equal(TableBuilder.MAX_MEMBERS + 1, random)))
                .hasMessageContaining("1025");
        assertThat(builder.build(List.of(Member.of("a"))).owner(7)).isZero();
    }

    @Test
    void aMemberHasANameAndAPositiveWeight() {
        assertThatThrownBy(() -> Member.of("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Member.of("x".repeat(256))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Member("a", 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Member("a", 1_000_001)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aPlaceThatNoOwnerHasIsRefused() {
        CityTable table = new TableBuilder().build(List.of(Member.of("a"), Member.of("b")));
        assertThatThrownBy(() -> table.owner(0, 2)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> table.owner(0, -1)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
