package weft.edge;

import weft.netio.SteeringProgram;
import weft.wireguard.Spec;

/**
 * Which shard a datagram of another edge belongs to: that of the client's datagram in it, as if that had come here itself (see
 * {@link weft.tunnel.Shards}). What edges have to say goes to the first, and so keeps its order. The kernel verifies
 * nothing; whoever receives does.
 */
final class MeshSteering {
    /** GUE's first byte: variant (2 bits), control, words up to the client's IP header; see {@link weft.fleet.Forward}. */
    private static final int CONTROL = 0x20;

    private static final int WORDS = 0x1f;
    private static final int WORD_SHIFT = 2;
    private static final int GUE = 4;
    private static final int PROTOCOL = 1;
    private static final int IPV6 = 41;
    private static final int V4_UDP = 28;
    private static final int V6_UDP = 48;

    private static final int RECEIVER = 4;
    private static final int RESPONSE_RECEIVER = 8;

    private MeshSteering() {}

    static SteeringProgram program(int shards) {
        return new SteeringProgram()
                .loadByte(0)
                .skipIfSet(CONTROL, 19)
                .and(WORDS)
                .shiftLeft(WORD_SHIFT)
                .plus(GUE)
                .toX()
                .loadByte(PROTOCOL)
                .skipIfEqual(IPV6, 3)
                .fromX()
                .plus(V4_UDP)
                .skip(2)
                .fromX()
                .plus(V6_UDP)
                .toX()
                .loadByteFromX(0)
                .skipIfEqual(Spec.RESPONSE, 2)
                .loadByteFromX(RECEIVER)
                .skip(1)
                .loadByteFromX(RESPONSE_RECEIVER)
                .and(shards - 1)
                .answerA()
                .answer(0);
    }
}
