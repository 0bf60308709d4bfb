package weft.fleet;

import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Makes the tables of a city, one after the other: the one for these members is always the same, but the less has changed
 * since the one before, the faster. Scores and the lists of preferences stay; everything that is made from them is made anew, so
 * nothing of a table depends on the tables before it.
 *
 * <p>One thread at a time. About 5 MiB.
 */
public final class TableBuilder {
    public static final int MAX_MEMBERS = 1024;

    /** How many buckets more than there are a city has room for, for each member; 1 % if that is more. */
    static final int SPARE = 20;

    /** To be changed with anything that changes tables: edges that make them differently must not agree. */
    private static final long VERSION = 1;

    private final Preferences preferences = new Preferences();
    private final Matching matching = new Matching(preferences);
    private List<Member> members = List.of();
    private Scores[] scores = {};

    /**
     * The table of these members, in whatever order they come.
     *
     * @throws IllegalArgumentException if there are none, more than {@value #MAX_MEMBERS}, or two of one name
     */
    public CityTable build(Collection<Member> wanted) {
        List<Member> next = wanted.stream().sorted().toList();
        check(next);
        change(next);
        matching.match(rooms());
        int owners = Math.min(CityTable.OWNERS, members.size());
        short[] table = new short[CityTable.BUCKETS * owners];
        for (int bucket = 0; bucket < CityTable.BUCKETS; bucket++) {
            fill(table, bucket, owners);
        }
        return new CityTable(members, Hash64.of(VERSION, members), owners, table);
    }

    private static void check(List<Member> next) {
        if (next.isEmpty() || next.size() > MAX_MEMBERS) {
            throw new IllegalArgumentException("a city has 1 to " + MAX_MEMBERS + " members, not " + next.size());
        }
        for (int i = 1; i < next.size(); i++) {
            if (next.get(i).name().equals(next.get(i - 1).name())) {
                throw new IllegalArgumentException(
                        "two members have one name: " + next.get(i).name());
            }
        }
    }

    /** Both lists are sorted: whom a member of the old one is in the new one is found in one walk along both. */
    private void change(List<Member> next) {
        int[] moved = new int[members.size()];
        Scores[] nextScores = new Scores[next.size()];
        int at = 0;
        for (int old = 0; old < moved.length; old++) {
            while (at < next.size() && next.get(at).compareTo(members.get(old)) < 0) {
                at++;
            }
            boolean stays = at < next.size() && next.get(at).equals(members.get(old));
            moved[old] = stays ? at : -1;
            if (stays) {
                nextScores[at] = scores[old];
            }
        }
        for (int i = 0; i < nextScores.length; i++) {
            if (nextScores[i] == null) {
                nextScores[i] = new Scores(next.get(i));
            }
        }
        preferences.change(moved, nextScores);
        members = next;
        scores = nextScores;
    }

    /** Rounding down takes less than a bucket from each, so there is room for all. */
    private int[] rooms() {
        long all = (long) CityTable.BUCKETS + Math.max(SPARE * members.size(), CityTable.BUCKETS / 100);
        long total = members.stream().mapToLong(Member::weight).sum();
        return members.stream()
                .mapToInt(member -> (int) Math.max(1, all * member.weight() / total))
                .toArray();
    }

    private void fill(short[] table, int bucket, int owners) {
        int from = bucket * owners;
        int to = from + owners;
        int rank = matching.rank(bucket);
        int at = from;
        for (; at < to && rank < members.size(); rank++) {
            long entry = preferences.get(bucket, rank);
            if (Preferences.score(entry) <= matching.limit(Preferences.member(entry))) {
                table[at++] = (short) Preferences.member(entry);
            }
        }
        for (rank = 0; at < to; rank++) {
            short member = (short) Preferences.member(preferences.get(bucket, rank));
            if (IntStream.range(from, at).noneMatch(i -> table[i] == member)) {
                table[at++] = member;
            }
        }
    }
}
