package weft.wireguard;

import java.util.Optional;

/**
 * How it stands with a peer.
 *
 * @param lastHandshakeUnixNanos 0 if there was none
 * @param receivedBytes whole datagrams of genuine transport data
 */
public record PeerStatus(
        PeerConfig config,
        Optional<Endpoint> endpoint,
        long lastHandshakeUnixNanos,
        long receivedBytes,
        long sentBytes,
        boolean established) {}
