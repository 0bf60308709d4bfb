package weft.wireguard;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What edges tell each other of a peer, so that one may go on where another left off. */
final class Records {
    private final Fresh fresh;
    private final Identities identities;
    private final Indices indices;

    Records(Fresh fresh, Identities identities, Indices indices) {
        this.fresh = fresh;
        this.identities = identities;
        this.indices = indices;
    }

    PeerRecord export(Peer peer) {
        List<Integer> addressed = new ArrayList<>(peer.keypairs.indices());
        Initiator pending = peer.attempt.pending();
        if (pending != null) {
            addressed.add(pending.index());
        }
        addressed.addAll(peer.inherited.all());
        return new PeerRecord(
                peer.key(),
                Optional.ofNullable(peer.identity()).map(Identity::publicKey),
                Optional.ofNullable(peer.endpoint()),
                peer.reserved(),
                addressed,
                peer.greatestSent(),
                peer.greatestReceived());
    }

    /** Why not; empty if it has been taken. */
    Optional<Event.Reason> restore(Peer peer, PeerRecord record, long now) {
        Optional<Identity> used = record.identity().flatMap(identities::find);
        if (record.identity().isPresent() && used.isEmpty()) {
            return Optional.of(Event.Reason.NO_IDENTITY);
        }
        if (record.sent().isAfter(Tai64n.ofUnix(fresh.unixNanos() + Tuning.STAMP_AHEAD))) {
            return Optional.of(Event.Reason.STAMP_AHEAD);
        }
        peer.restore(record, used.orElse(null));
        peer.inherited.take(record.receiverIndices(), peer, indices, now);
        return Optional.empty();
    }
}
