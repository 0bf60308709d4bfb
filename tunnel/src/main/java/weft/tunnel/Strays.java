package weft.tunnel;

import java.util.Arrays;

/**
 * Datagrams that came to another shard than their session's, as those for an index that had to lead elsewhere, and those in
 * one train with another session's. They are copied over, and opened where they belong: a session has one reader.
 */
final class Strays {
    private final Counters counters;
    private final Ring[][] rings;
    private final Runnable[] wakes;

    Strays(int shards, Counters counters) {
        this.counters = counters;
        rings = new Ring[shards][shards];
        for (Ring[] from : rings) {
            Arrays.setAll(from, to -> new Ring());
        }
        wakes = new Runnable[shards];
        Arrays.fill(wakes, (Runnable) () -> {});
    }

    /** Before the start only: how a shard's agent is roused. */
    Shard shard(int number, Runnable wake) {
        wakes[number] = wake;
        return new Shard(number);
    }

    /** One shard's view; its agent's thread only. */
    final class Shard {
        private final int number;
        private int passedTo;
        private int passed;

        private Shard(int number) {
            this.number = number;
        }

        int count() {
            return rings.length;
        }

        /** What this shard is passed by that one. */
        Ring from(int other) {
            return rings[other][number];
        }

        boolean isEmpty() {
            for (int other = 0; other < rings.length; other++) {
                if (!from(other).isEmpty()) {
                    return false;
                }
            }
            return true;
        }

        /** It gets there with {@link #flush}, or is dropped and counted. */
        void pass(Arrival arrival, int to) {
            if (rings[number][to].put(arrival)) {
                passedTo |= 1 << to;
                passed++;
            } else {
                counters.drop(Drop.STRAY);
            }
        }

        void flush() {
            if (passedTo == 0) {
                return;
            }
            counters.strays(passed);
            for (int to = 0; to < rings.length; to++) {
                if ((passedTo & 1 << to) != 0) {
                    wakes[to].run();
                }
            }
            passedTo = 0;
            passed = 0;
        }
    }
}
