package weft.tunnel;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import weft.wireguard.PublicKey;
import weft.wireguard.Sealer;

/**
 * What the packet path knows of a peer. The sealer is published by the control agent and used by the outbound agent; the
 * remote is published by whoever learns it last; what is staged is the outbound agent's alone.
 */
final class Link {
    private final PublicKey peer;
    private final int shard;
    private final Staged staged = new Staged();
    private volatile @Nullable Sealer sealer;
    private volatile @Nullable Remote remote;
    private final AtomicBoolean roamed = new AtomicBoolean();
    private volatile long wantedAt = Long.MIN_VALUE / 4;

    Link(PublicKey peer, int shard) {
        this.peer = peer;
        this.shard = shard;
    }

    PublicKey peer() {
        return peer;
    }

    /** Whose inbound agent opens the peer's datagrams, and no other: each session has one reader. */
    int shard() {
        return shard;
    }

    Staged staged() {
        return staged;
    }

    @Nullable
    Sealer sealer() {
        return sealer;
    }

    void sealer(@Nullable Sealer current) {
        sealer = current;
    }

    @Nullable
    Remote remote() {
        return remote;
    }

    void remote(Remote current) {
        remote = current;
    }

    /** False if the control agent has yet to look at the last move: a peer on two paths must not fill its mailbox. */
    boolean mayTellOfMove() {
        return roamed.compareAndSet(false, true);
    }

    /** The control agent's, before it looks at {@link #remote}. */
    void moveHeard() {
        roamed.set(false);
    }

    /** Whether the wish for a session should be told (again): not for each of the packets that wait for it. */
    boolean mayAsk(long now, long interval) {
        if (now - wantedAt < interval) {
            return false;
        }
        wantedAt = now;
        return true;
    }
}
