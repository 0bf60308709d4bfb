package weft.tunnel;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import weft.netio.Errno;
import weft.netio.ErrnoException;
import weft.wireguard.AllowedIp;
import weft.wireguard.PresharedKey;
import weft.wireguard.PrivateKey;

/**
 * The cross-platform userspace protocol (wireguard.com/xplatform) over one tunnel: what {@code wg} speaks. A request is
 * lines up to an empty one; the reply ends with {@code errno}, 0 or negative.
 */
final class Uapi {
    private static final Logger LOG = LoggerFactory.getLogger(Uapi.class);
    private static final HexFormat HEX = HexFormat.of();
    private static final long SECOND = 1_000_000_000L;

    private final Tunnel tunnel;
    private Optional<PrivateKey> privateKey = Optional.empty();

    Uapi(Tunnel tunnel) {
        this.tunnel = tunnel;
    }

    /** @param request its lines, without the empty one at the end */
    synchronized String answer(List<String> request) {
        String operation = request.isEmpty() ? "" : request.getFirst();
        try {
            return switch (operation) {
                case "get=1" -> request.size() == 1 ? get() + errno(0) : errno(-Errno.EINVAL);
                case "set=1" -> errno(set(request.subList(1, request.size())));
                default -> errno(-Errno.EINVAL);
            };
        } catch (IllegalStateException tunnelOver) {
            LOG.debug("asked too late: {}", tunnelOver.getMessage());
            return errno(-Errno.ENODEV);
        }
    }

    private static String errno(int number) {
        return "errno=" + number + "\n\n";
    }

    private int set(List<String> lines) {
        try {
            apply(UapiSet.parse(lines));
            return 0;
        } catch (IllegalArgumentException malformed) {
            LOG.debug("refused configuration: {}", malformed.getMessage());
            return -Errno.EINVAL;
        } catch (ErrnoException e) {
            LOG.warn("configuration failed: {}", e.getMessage());
            return -e.errno();
        } catch (IOException e) {
            LOG.warn("configuration failed: {}", e.getMessage());
            return -Errno.EIO;
        }
    }

    private void apply(UapiSet change) throws IOException {
        change.privateKey().ifPresent(this::apply);
        if (change.port().isPresent()) {
            tunnel.listen(Tunnel.wildcard(change.port().getAsInt()));
        }
        if (change.mark().isPresent()) {
            tunnel.mark(change.mark().getAsInt());
        }
        if (change.replacePeers()) {
            tunnel.peers().forEach(peer -> tunnel.remove(peer.publicKey()));
        }
        change.peers().forEach(this::apply);
    }

    /** The key in use once more changes nothing: {@code wg syncconf} sends it each time, and sessions must go on. */
    private void apply(UapiSet.Key changed) {
        Optional<PrivateKey> key = changed.key();
        if (isInUse(key)) {
            key.ifPresent(PrivateKey::close);
            return;
        }
        key.ifPresentOrElse(tunnel::privateKey, tunnel::clearPrivateKey);
        privateKey.ifPresent(PrivateKey::close);
        privateKey = key;
    }

    private boolean isInUse(Optional<PrivateKey> key) {
        byte[] ours = privateKey.map(PrivateKey::bytes).orElseGet(() -> new byte[0]);
        byte[] theirs = key.map(PrivateKey::bytes).orElseGet(() -> new byte[0]);
        boolean same = MessageDigest.isEqual(ours, theirs);
        Arrays.fill(ours, (byte) 0);
        Arrays.fill(theirs, (byte) 0);
        return same;
    }

    private void apply(UapiSet.Peer change) {
        Optional<PeerState> known = tunnel.peer(change.key());
        if (change.remove()) {
            tunnel.remove(change.key());
        } else if (known.isPresent() || !change.updateOnly()) {
            PeerSetup setup = merged(change, known);
            leaveFormerOwners(change, setup);
            tunnel.put(setup);
            if (setup.persistentKeepaliveSeconds() > 0 && setup.endpoint().isPresent() && known.isEmpty()) {
                tunnel.initiate(change.key());
            }
        }
    }

    /** Also a prefix that the request takes away again has been this peer's, and is its former owner's no longer. */
    private void leaveFormerOwners(UapiSet.Peer change, PeerSetup setup) {
        Set<AllowedIp> everHad = change.everAdded();
        everHad.addAll(setup.allowedIps());
        if (everHad.size() > setup.allowedIps().size()) {
            tunnel.put(setup.withAllowedIps(List.copyOf(everHad)));
        }
    }

    private static PeerSetup merged(UapiSet.Peer change, Optional<PeerState> known) {
        List<AllowedIp> before = known.map(PeerState::allowedIps).orElse(List.of());
        PeerSetup setup = PeerSetup.of(change.key(), List.copyOf(change.allowedIps(before)))
                .withPresharedKey(change.presharedKey()
                        .or(() -> known.map(PeerState::presharedKey))
                        .orElseGet(PresharedKey::none))
                .withPersistentKeepalive(change.persistentKeepalive()
                        .orElseGet(() ->
                                known.map(PeerState::persistentKeepaliveSeconds).orElse(0)));
        return change.endpoint()
                .or(() -> known.flatMap(PeerState::endpoint))
                .map(setup::withEndpoint)
                .orElse(setup);
    }

    private String get() {
        StringBuilder reply = new StringBuilder(256);
        privateKey.ifPresent(key -> secret(reply, "private_key", key.bytes()));
        line(reply, "listen_port", tunnel.port());
        if (tunnel.mark() != 0) {
            line(reply, "fwmark", Integer.toUnsignedString(tunnel.mark()));
        }
        tunnel.peers().forEach(peer -> peer(reply, peer));
        return reply.toString();
    }

    private static void peer(StringBuilder reply, PeerState peer) {
        line(reply, "public_key", HEX.formatHex(peer.publicKey().bytes()));
        secret(reply, "preshared_key", peer.presharedKey().bytes());
        line(reply, "protocol_version", 1);
        peer.endpoint().ifPresent(at -> line(reply, "endpoint", format(at)));
        line(reply, "last_handshake_time_sec", peer.lastHandshakeUnixNanos() / SECOND);
        line(reply, "last_handshake_time_nsec", peer.lastHandshakeUnixNanos() % SECOND);
        line(reply, "tx_bytes", peer.sentBytes());
        line(reply, "rx_bytes", peer.receivedBytes());
        line(reply, "persistent_keepalive_interval", peer.persistentKeepaliveSeconds());
        peer.allowedIps().forEach(prefix -> line(reply, "allowed_ip", prefix));
    }

    private static void secret(StringBuilder reply, String key, byte[] value) {
        line(reply, key, HEX.formatHex(value));
        Arrays.fill(value, (byte) 0);
    }

    private static void line(StringBuilder reply, String key, Object value) {
        reply.append(key).append('=').append(value).append('\n');
    }

    private static String format(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (address.getAddress() instanceof Inet6Address ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
