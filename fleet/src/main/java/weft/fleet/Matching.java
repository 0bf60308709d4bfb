package weft.fleet;

import java.util.Arrays;

/**
 * Who owns what: buckets propose to members, members keep the best (deferred acceptance, Gale and Shapley 1962). A member
 * collects what proposes until it has all that it may hold; from then on its buckets are a heap with the worst on top, which
 * makes room for a better one and goes on to propose elsewhere.
 *
 * <p>Both sides go by the same score, so there is but one stable outcome, whatever the order of proposals.
 */
final class Matching {
    private static final int OPEN = Integer.MAX_VALUE;

    private final Preferences preferences;
    private final short[] rank = new short[CityTable.BUCKETS];
    private final int[] score = new int[CityTable.BUCKETS];

    /** Member m's buckets: those from {@code start[m]} up to {@code end[m]}; {@code start[m + 1]} is the end of its room. */
    private int[] held = {};

    private int[] start = {};
    private int[] end = {};

    Matching(Preferences preferences) {
        this.preferences = preferences;
    }

    /** @param rooms how many buckets each member may hold, at least 1; together more than there are */
    void match(int[] rooms) {
        start = new int[rooms.length + 1];
        for (int member = 0; member < rooms.length; member++) {
            start[member + 1] = start[member] + rooms[member];
        }
        end = Arrays.copyOf(start, rooms.length);
        if (held.length < start[rooms.length]) {
            held = new int[start[rooms.length]];
        }
        for (int bucket = 0; bucket < CityTable.BUCKETS; bucket++) {
            propose(bucket);
        }
    }

    /** Ends: there is more room than buckets, so nobody is refused by all. */
    private void propose(int first) {
        int bucket = first;
        int next = 0;
        while (true) {
            long entry = preferences.get(bucket, next);
            int member = Preferences.member(entry);
            rank[bucket] = (short) next;
            score[bucket] = Preferences.score(entry);
            if (end[member] < start[member + 1]) {
                held[end[member]++] = bucket;
                if (end[member] == start[member + 1]) {
                    heapify(member);
                }
                return;
            }
            int worst = held[start[member]];
            if (score[bucket] < score[worst]) {
                sink(start[member], end[member], bucket, 0);
                bucket = worst;
            }
            next = rank[bucket] + 1;
        }
    }

    private void heapify(int member) {
        int from = start[member];
        for (int i = (end[member] - from) / 2 - 1; i >= 0; i--) {
            sink(from, end[member], held[from + i], i);
        }
    }

    /** Puts the bucket where {@code hole} is, or below it. */
    private void sink(int from, int to, int bucket, int hole) {
        int size = to - from;
        int at = hole;
        for (int child = 2 * at + 1; child < size; child = 2 * at + 1) {
            if (child + 1 < size && score[held[from + child + 1]] > score[held[from + child]]) {
                child++;
            }
            if (score[held[from + child]] <= score[bucket]) {
                break;
            }
            held[from + at] = held[from + child];
            at = child;
        }
        held[from + at] = bucket;
    }

    /** How many members the bucket prefers to its first owner. */
    int rank(int bucket) {
        return rank[bucket];
    }

    /** The worst score that the member takes. */
    int limit(int member) {
        return end[member] < start[member + 1] ? OPEN : score[held[start[member]]];
    }
}
