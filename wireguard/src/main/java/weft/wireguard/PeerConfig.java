package weft.wireguard;

import java.util.Optional;

/**
 * What is configured about a peer.
 *
 * @param endpoint where to send initiations; without one, the peer has to come first
 * @param persistentKeepaliveSeconds 0 for none
 * @param reserved the three reserved bytes that we stamp on datagrams to this peer, as a 24-bit number in wire order
 *     (first byte highest); 0 as standard WireGuard has it. A peer that initiates gets the bytes back that it sent.
 */
public record PeerConfig(
        PublicKey publicKey,
        PresharedKey presharedKey,
        Optional<Endpoint> endpoint,
        int persistentKeepaliveSeconds,
        int reserved) {

    public PeerConfig {
        if (persistentKeepaliveSeconds < 0 || persistentKeepaliveSeconds > 65535) {
            throw new IllegalArgumentException("persistent keepalive is 0 to 65535 s: " + persistentKeepaliveSeconds);
        }
        if (reserved < 0 || reserved > 0xffffff) {
            throw new IllegalArgumentException("the reserved bytes are three");
        }
    }

    public static PeerConfig of(PublicKey publicKey) {
        return new PeerConfig(publicKey, PresharedKey.none(), Optional.empty(), 0, 0);
    }

    public PeerConfig withPresharedKey(PresharedKey key) {
        return new PeerConfig(publicKey, key, endpoint, persistentKeepaliveSeconds, reserved);
    }

    public PeerConfig withEndpoint(Endpoint at) {
        return new PeerConfig(publicKey, presharedKey, Optional.of(at), persistentKeepaliveSeconds, reserved);
    }

    public PeerConfig withPersistentKeepalive(int seconds) {
        return new PeerConfig(publicKey, presharedKey, endpoint, seconds, reserved);
    }

    public PeerConfig withReserved(int bytes) {
        return new PeerConfig(publicKey, presharedKey, endpoint, persistentKeepaliveSeconds, bytes);
    }
}
