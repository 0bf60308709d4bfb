package weft.fleet;

import java.util.Arrays;

/**
 * Which members each bucket prefers: of every bucket the first {@value #DEPTH} entries of its list, best score first. An
 * entry packs score and member into a long, so that comparing entries compares scores and, for equal ones, names.
 *
 * <p>This is what makes a rebuild cheap: a member that joins is scored once for each bucket and put into the lists that it
 * belongs to, one that leaves is struck from those that have it. A list may get shorter so, and is filled up only when
 * somebody asks for more of it. It is always a beginning of the true list, so how it came about cannot be seen.
 *
 * <p>4 MiB, and 1 KiB for each member.
 */
final class Preferences {
    private static final int DEPTH = 8;
    private static final long NONE = Long.MAX_VALUE;
    private static final long SCORE = 0xffff_ffff_0000_0000L;

    private final long[] lists = new long[CityTable.BUCKETS * DEPTH];
    private Scores[] members = {};

    /** One whole list, for the few times that the beginning is not enough. */
    private long[] whole = {};

    private int wholeOf = -1;

    Preferences() {
        Arrays.fill(lists, NONE);
    }

    static int member(long entry) {
        return (int) entry;
    }

    /** For one member, the entries of all buckets are in the order of these. */
    static int score(long entry) {
        return (int) (entry >>> Integer.SIZE);
    }

    /**
     * Goes over to other members.
     *
     * @param moved the new index of each old member, −1 for those that left. Those that stay keep their order
     * @param next all members, in the order of their names
     */
    void change(int[] moved, Scores[] next) {
        boolean[] stays = new boolean[next.length];
        int present = 0;
        boolean same = true;
        for (int old = 0; old < moved.length; old++) {
            same &= moved[old] == old;
            if (moved[old] >= 0) {
                stays[moved[old]] = true;
                present++;
            }
        }
        members = next;
        wholeOf = -1;
        if (!same) {
            renumber(moved);
        }
        for (int member = 0; member < next.length; member++) {
            if (!stays[member]) {
                for (int bucket = 0; bucket < CityTable.BUCKETS; bucket++) {
                    insert(bucket, entry(bucket, next[member], member), present);
                }
                present++;
            }
        }
    }

    private void renumber(int[] moved) {
        for (int list = 0; list < lists.length; list += DEPTH) {
            int kept = list;
            for (int at = list; at < list + DEPTH && lists[at] != NONE; at++) {
                int now = moved[member(lists[at])];
                if (now >= 0) {
                    lists[kept++] = (lists[at] & SCORE) | now;
                }
            }
            Arrays.fill(lists, kept, list + DEPTH, NONE);
        }
    }

    /** @param present how many members have had their chance to be in the list so far */
    private void insert(int bucket, long entry, int present) {
        int list = bucket * DEPTH;
        int end = list + DEPTH;
        while (end > list && lists[end - 1] == NONE) {
            end--;
        }
        boolean cut = end == list + DEPTH || end - list < present;
        if (cut && (end == list || entry > lists[end - 1])) {
            return;
        }
        int at = Math.min(end, list + DEPTH - 1);
        for (; at > list && lists[at - 1] > entry; at--) {
            lists[at] = lists[at - 1];
        }
        lists[at] = entry;
    }

    /** The entry of the member that the bucket prefers to all but {@code rank} others. */
    long get(int bucket, int rank) {
        if (rank >= DEPTH) {
            return whole(bucket)[rank];
        }
        int at = bucket * DEPTH + rank;
        if (lists[at] == NONE) {
            fillUp(bucket);
        }
        return lists[at];
    }

    private void fillUp(int bucket) {
        int list = bucket * DEPTH;
        Arrays.fill(lists, list, list + DEPTH, NONE);
        for (int member = 0; member < members.length; member++) {
            insert(bucket, entry(bucket, members[member], member), member);
        }
    }

    private long[] whole(int bucket) {
        if (wholeOf != bucket) {
            if (whole.length != members.length) {
                whole = new long[members.length];
            }
            for (int member = 0; member < members.length; member++) {
                whole[member] = entry(bucket, members[member], member);
            }
            Arrays.sort(whole);
            wholeOf = bucket;
        }
        return whole;
    }

    private static long entry(int bucket, Scores scores, int member) {
        return ((long) Float.floatToRawIntBits(scores.of(bucket)) << Integer.SIZE) | member;
    }
}
