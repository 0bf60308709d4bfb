package weft.tunnel;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import weft.wireguard.AllowedIp;
import weft.wireguard.PresharedKey;
import weft.wireguard.PublicKey;

/**
 * How it stands with a peer of a tunnel.
 *
 * @param lastHandshakeUnixNanos 0 if there was none
 * @param quietNanos since the last packet passed that was no keepalive; {@link Long#MAX_VALUE} if none has
 * @param established whether packets can be sent now without a handshake
 * @param identity our public key that the peer uses; empty before its first session
 */
public record PeerState(
        PublicKey publicKey,
        PresharedKey presharedKey,
        Optional<InetSocketAddress> endpoint,
        List<AllowedIp> allowedIps,
        int persistentKeepaliveSeconds,
        long lastHandshakeUnixNanos,
        long receivedBytes,
        long sentBytes,
        long quietNanos,
        boolean established,
        Optional<PublicKey> identity) {}
