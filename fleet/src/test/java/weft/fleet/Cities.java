package weft.fleet;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Cities made up for tests and benchmarks. */
final class Cities {
    private Cities() {}

    /** Edges of weight 1 whose names nobody has seen before. */
    static List<Member> equal(int edges, Random random) {
        List<Member> members = new ArrayList<>();
        while (members.size() < edges) {
            members.add(Member.of(name(random)));
        }
        return members.stream().sorted().toList();
    }

    static String name(Random random) {
        return "edge-" + Long.toHexString(random.nextLong());
    }

    static <T> List<T> without(List<T> list, int index) {
        List<T> rest = new ArrayList<>(list);
        rest.remove(index);
        return rest;
    }
}
