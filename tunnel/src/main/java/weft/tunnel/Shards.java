package weft.tunnel;

import weft.netio.UdpGroup;

/**
 * How many inbound agents a tunnel has. Each has its own sockets, opens the datagrams of its own peers and is the only writer of
 * what these bring about; a program in the kernel deals out what arrives by the receiver index (see {@link Steering}).
 *
 * @param count a power of two, 1 to {@value #MOST}
 * @param whyNotMore empty if it is as many as were wanted
 */
public record Shards(int count, String whyNotMore) {
    /**
     * A fleet's indices leave so few to choose from: a client has 64, of which one in {@code count} leads to a given shard, and
     * a session of a peer for which none is free is passed on from shard to shard.
     */
    public static final int MOST = 8;

    public static final Shards ONE = new Shards(1, "");

    public Shards {
        requireCount(count);
    }

    /** @throws IllegalArgumentException if there cannot be so many */
    public static void requireCount(int count) {
        if (count < 1 || count > MOST || Integer.bitCount(count) != 1) {
            throw new IllegalArgumentException("there are 1, 2, 4 or " + MOST + " shards, not " + count);
        }
    }

    /**
     * So many if the kernel can steer, else one.
     *
     * @throws IllegalArgumentException as {@link #requireCount}
     */
    public static Shards of(int wanted) {
        Shards all = new Shards(wanted, "");
        String whyNot = wanted == 1 ? "" : UdpGroup.whyNot();
        return whyNot.isEmpty() ? all : new Shards(1, whyNot);
    }

    /** For a machine with so many cores: one for each two, as sealing and the handshakes need theirs. */
    public static int byDefault(int cores) {
        return Integer.highestOneBit(Math.clamp(cores / 2, 1, MOST));
    }

    /** For people. */
    String describe() {
        return (count == 1 ? "one shard" : count + " shards") + (whyNotMore.isEmpty() ? "" : ": " + whyNotMore);
    }
}
