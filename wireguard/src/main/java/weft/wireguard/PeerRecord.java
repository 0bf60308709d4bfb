package weft.wireguard;

import java.util.List;
import java.util.Optional;

/**
 * What another edge has to know of a peer to take it over, beside its configuration: {@link Handshakes#export} makes it,
 * {@link Handshakes#restore} takes it. No key of a session is in it, for those do not leave an edge.
 *
 * @param identity the public key of ours that the peer uses; empty if it has used none yet
 * @param reserved what the peer's datagrams are stamped with, as in {@link PeerConfig#reserved}
 * @param receiverIndices by which the peer may address us: of live sessions and of an initiation that waits for its
 *     response, the ones in use first
 * @param sent the greatest stamp that we have sent to the peer
 * @param received the greatest stamp that has come from it
 */
public record PeerRecord(
        PublicKey peer,
        Optional<PublicKey> identity,
        Optional<Endpoint> endpoint,
        int reserved,
        List<Integer> receiverIndices,
        Tai64n sent,
        Tai64n received) {

    public PeerRecord {
        receiverIndices = List.copyOf(receiverIndices);
    }
}
