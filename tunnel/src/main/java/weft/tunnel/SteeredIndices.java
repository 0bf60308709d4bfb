package weft.tunnel;

import java.util.function.ToIntFunction;
import weft.wireguard.PublicKey;

/**
 * Draws receiver indices until one leads to the peer's shard. Where all that do are in use, as where many devices share the 64
 * of one client id, it is any other, and the peer's datagrams are passed on from shard to shard. The control agent's thread only.
 */
final class SteeredIndices {
    /** One that leads there and is free is missed once in 10^14 times among random ones, once in 55 where it is one of 64. */
    private static final int TRIES = 256;

    private final ToIntFunction<PublicKey> choice;
    private final int shards;
    private final Peers peers;
    private final OpenerTable openers;

    /** @param choice any candidate for a peer */
    SteeredIndices(ToIntFunction<PublicKey> choice, int shards, Peers peers, OpenerTable openers) {
        this.choice = choice;
        this.shards = shards;
        this.peers = peers;
        this.openers = openers;
    }

    int draw(PublicKey peer) {
        Link link = peers.link(peer);
        int candidate = choice.applyAsInt(peer);
        if (link == null || shards == 1) {
            return candidate;
        }
        for (int i = 0; i < TRIES; i++) {
            if (Steering.shard(candidate, shards) == link.shard() && openers.get(candidate) == null) {
                return candidate;
            }
            candidate = choice.applyAsInt(peer);
        }
        return candidate;
    }
}
