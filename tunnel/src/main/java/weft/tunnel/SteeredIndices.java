package weft.tunnel;

import java.util.function.ToIntFunction;
import weft.wireguard.Fresh;
import weft.wireguard.PublicKey;

/**
 * Candidates for receiver indices that lead to the peer's shard. Where so many of those are taken, as where many devices share
 * the 64 of one client id, it is any other, and the peer's datagrams are passed on from shard to shard. Whether one is taken
 * is the asker's to know, see {@link Fresh#receiverIndex}. The control agent's thread only.
 */
final class SteeredIndices {
    /** Of 32 that lead there, the last free one is missed once in 58 times, and then another one is found. */
    static final int STEERED_ATTEMPTS = 128;

    /** With 8 shards none of these leads there once in 5 000 times. */
    private static final int DRAWS = 64;

    private final ToIntFunction<PublicKey> choice;
    private final int shards;
    private final Peers peers;

    /** @param choice any candidate for a peer */
    SteeredIndices(ToIntFunction<PublicKey> choice, int shards, Peers peers) {
        this.choice = choice;
        this.shards = shards;
        this.peers = peers;
    }

    /** @param attempt as in {@link Fresh#receiverIndex} */
    int candidate(PublicKey peer, int attempt) {
        Link link = peers.link(peer);
        int candidate = choice.applyAsInt(peer);
        if (link == null || shards == 1 || attempt >= STEERED_ATTEMPTS) {
            return candidate;
        }
        for (int i = 1; i < DRAWS && Steering.shard(candidate, shards) != link.shard(); i++) {
            candidate = choice.applyAsInt(peer);
        }
        return candidate;
    }
}
