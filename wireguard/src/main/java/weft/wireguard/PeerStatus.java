package weft.wireguard;

import java.util.Optional;

/**
 * How it stands with a peer.
 *
 * @param lastHandshakeUnixNanos 0 if there was none
 * @param receivedBytes whole datagrams of genuine transport data
 * @param lastDataNanos when the last packet passed that was no keepalive, in either direction; negative if none has
 * @param established whether there is a session that packets leave by
 * @param identity the public key of ours that the peer uses; empty before its first session
 */
public record PeerStatus(
        PeerConfig config,
        Optional<Endpoint> endpoint,
        long lastHandshakeUnixNanos,
        long receivedBytes,
        long sentBytes,
        long lastDataNanos,
        boolean established,
        Optional<PublicKey> identity) {}
