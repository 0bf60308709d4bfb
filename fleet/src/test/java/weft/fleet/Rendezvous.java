package weft.fleet;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Plain rendezvous hashing of 65 536 buckets, to compare with: the greatest of independent 64-bit hashes wins. */
final class Rendezvous implements Scheme {
    private final Map<Member, long[]> known = new HashMap<>();

    @Override
    public int[] owners(List<Member> members) {
        int[] owners = new int[CityTable.BUCKETS];
        long[] best = hashes(members.getFirst()).clone();
        for (int member = 1; member < members.size(); member++) {
            long[] hashes = hashes(members.get(member));
            for (int bucket = 0; bucket < best.length; bucket++) {
                if (hashes[bucket] > best[bucket]) {
                    best[bucket] = hashes[bucket];
                    owners[bucket] = member;
                }
            }
        }
        return owners;
    }

    private long[] hashes(Member member) {
        return known.computeIfAbsent(member, key -> {
            long seed = Hash64.of(key.name());
            long[] hashes = new long[CityTable.BUCKETS];
            for (int bucket = 0; bucket < hashes.length; bucket++) {
                hashes[bucket] = Hash64.mix(seed + bucket * Hash64.GOLDEN);
            }
            return hashes;
        });
    }
}
