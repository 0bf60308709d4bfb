package weft.fleet;

import java.util.Arrays;
import java.util.List;

/**
 * Maglev hashing, to compare with (Eisenbud et al., NSDI 2016, section 3.4): members take turns, and each takes the next
 * slot that is free in an order of its own, which an offset and a skip give.
 *
 * @param slots a prime; the paper uses 65 537 for small tables
 */
record Maglev(int slots) implements Scheme {
    @Override
    public int[] owners(List<Member> members) {
        int[] offsets = new int[members.size()];
        int[] skips = new int[members.size()];
        for (int i = 0; i < offsets.length; i++) {
            long hash = Hash64.of(members.get(i).name());
            offsets[i] = (int) Long.remainderUnsigned(hash, slots);
            skips[i] = (int) Long.remainderUnsigned(Hash64.mix(hash + 1), slots - 1) + 1;
        }
        return populate(offsets, skips);
    }

    int[] populate(int[] offsets, int[] skips) {
        int[] owners = new int[slots];
        Arrays.fill(owners, -1);
        int[] next = offsets.clone();
        for (int filled = 0; filled < slots; filled++) {
            int member = filled % next.length;
            while (owners[next[member]] >= 0) {
                next[member] = (next[member] + skips[member]) % slots;
            }
            owners[next[member]] = member;
        }
        return owners;
    }
}
