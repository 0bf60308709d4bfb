package weft.fleet;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What becomes of a city's table when one member leaves it; read backwards, when one joins.
 *
 * @param moved buckets that change their first owner
 * @param orphans buckets of the member that left
 * @param ready orphans whose second owner becomes the first
 * @param greatestGain the most orphans that one survivor gets
 * @param greatestLoad the most buckets that one survivor has if every orphan goes to its second owner
 */
record Change(int moved, int orphans, int ready, int greatestGain, int greatestLoad) {
    static Change of(CityTable with, CityTable without, int member) {
        int[] moved = renumbered(with.members(), without.members());
        int[] load = with.owned(0);
        int[] gain = new int[without.members().size()];
        int changed = 0;
        int ready = 0;
        for (int bucket = 0; bucket < CityTable.BUCKETS; bucket++) {
            int owner = without.owner(bucket);
            changed += moved[with.owner(bucket)] == owner ? 0 : 1;
            if (with.owner(bucket) == member) {
                int second = with.owner(bucket, 1);
                ready += moved[second] == owner ? 1 : 0;
                gain[owner]++;
                load[second]++;
            }
        }
        int orphans = load[member];
        load[member] = 0;
        return new Change(changed, orphans, ready, greatest(gain), greatest(load));
    }

    static int greatest(int[] values) {
        return Arrays.stream(values).max().orElseThrow();
    }

    /** The new index of each old member, −1 for who is gone. */
    static int[] renumbered(List<Member> before, List<Member> after) {
        Map<Member, Integer> index = new HashMap<>();
        IntStream.range(0, after.size()).forEach(i -> index.put(after.get(i), i));
        return before.stream()
                .mapToInt(member -> index.getOrDefault(member, -1))
                .toArray();
    }
}
