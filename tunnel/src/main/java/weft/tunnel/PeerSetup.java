package weft.tunnel;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import weft.wireguard.AllowedIp;
import weft.wireguard.PresharedKey;
import weft.wireguard.PublicKey;

/**
 * A peer of a tunnel.
 *
 * @param endpoint where to find it; without one it has to come first
 * @param reserved the three reserved bytes to stamp on what we send first, as a 24-bit number in wire order
 */
public record PeerSetup(
        PublicKey publicKey,
        PresharedKey presharedKey,
        Optional<InetSocketAddress> endpoint,
        List<AllowedIp> allowedIps,
        int persistentKeepaliveSeconds,
        int reserved) {

    public PeerSetup {
        allowedIps = List.copyOf(allowedIps);
    }

    public static PeerSetup of(PublicKey publicKey, List<AllowedIp> allowedIps) {
        return new PeerSetup(publicKey, PresharedKey.none(), Optional.empty(), allowedIps, 0, 0);
    }

    public PeerSetup withPresharedKey(PresharedKey key) {
        return new PeerSetup(publicKey, key, endpoint, allowedIps, persistentKeepaliveSeconds, reserved);
    }

    public PeerSetup withEndpoint(InetSocketAddress at) {
        return new PeerSetup(
                publicKey, presharedKey, Optional.of(at), allowedIps, persistentKeepaliveSeconds, reserved);
    }

    public PeerSetup withAllowedIps(List<AllowedIp> prefixes) {
        return new PeerSetup(publicKey, presharedKey, endpoint, prefixes, persistentKeepaliveSeconds, reserved);
    }

    public PeerSetup withPersistentKeepalive(int seconds) {
        return new PeerSetup(publicKey, presharedKey, endpoint, allowedIps, seconds, reserved);
    }

    public PeerSetup withReserved(int bytes) {
        return new PeerSetup(publicKey, presharedKey, endpoint, allowedIps, persistentKeepaliveSeconds, bytes);
    }
}
