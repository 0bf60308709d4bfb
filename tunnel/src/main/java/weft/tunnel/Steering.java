package weft.tunnel;

import weft.netio.SteeringProgram;
import weft.wireguard.Spec;

/**
 * Which shard a datagram belongs to, said once for the kernel and once for those who choose receiver indices: the index
 * modulo the number of shards. That is a power of two, and an index is little-endian on the wire, so the lowest bits of its
 * first byte say it, and nothing about byte orders has to be known.
 */
final class Steering {
    /** Of a response; of cookie replies and transport data it is {@link #RECEIVER}, where an initiation has its sender. */
    private static final int RESPONSE_RECEIVER = 8;

    private static final int RECEIVER = 4;

    private Steering() {}

    static int shard(int index, int shards) {
        return index & (shards - 1);
    }

    /** Initiations are dealt out by their sender's index: any shard can take one, and together they spread. */
    static SteeringProgram program(int shards) {
        return new SteeringProgram()
                .loadByte(0)
                .skipIfEqual(Spec.RESPONSE, 3)
                .loadByte(RECEIVER)
                .and(shards - 1)
                .answerA()
                .loadByte(RESPONSE_RECEIVER)
                .and(shards - 1)
                .answerA();
    }
}
