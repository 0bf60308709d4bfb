package weft.tunnel;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import weft.wireguard.AllowedIp;
import weft.wireguard.PresharedKey;
import weft.wireguard.PrivateKey;
import weft.wireguard.PublicKey;

/**
 * A {@code set=1} request of the cross-platform userspace protocol (wireguard.com/xplatform), parsed whole before any of
 * it takes effect.
 */
record UapiSet(Optional<Key> privateKey, OptionalInt port, OptionalInt mark, boolean replacePeers, List<Peer> peers) {

    /** Our new private key, or none: 32 zero bytes take the key away. */
    record Key(Optional<PrivateKey> key) {
        static Key of(byte[] bytes) {
            boolean none = MessageDigest.isEqual(bytes, new byte[32]);
            try {
                return new Key(none ? Optional.empty() : Optional.of(new PrivateKey(bytes)));
            } finally {
                Arrays.fill(bytes, (byte) 0);
            }
        }
    }

    /** The changes to one peer; absent ones leave things as they are. */
    record Peer(
            PublicKey key,
            boolean remove,
            boolean updateOnly,
            Optional<PresharedKey> presharedKey,
            Optional<InetSocketAddress> endpoint,
            OptionalInt persistentKeepalive,
            boolean replaceAllowedIps,
            List<AllowedIpChange> allowedIpChanges) {

        /** What the peer has when the changes have been made, each in its turn, to what it had before. */
        Set<AllowedIp> allowedIps(List<AllowedIp> before) {
            Set<AllowedIp> prefixes = new LinkedHashSet<>(replaceAllowedIps ? List.of() : before);
            for (AllowedIpChange change : allowedIpChanges) {
                if (change.added()) {
                    prefixes.add(change.prefix());
                } else {
                    prefixes.remove(change.prefix());
                }
            }
            return prefixes;
        }

        /** What it is given, though it may be taken away again: these prefixes leave whoever has them. */
        Set<AllowedIp> everAdded() {
            return allowedIpChanges.stream()
                    .filter(AllowedIpChange::added)
                    .map(AllowedIpChange::prefix)
                    .collect(Collectors.toCollection(LinkedHashSet::new));
        }
    }

    /** @param added or else taken away */
    record AllowedIpChange(AllowedIp prefix, boolean added) {
        static AllowedIpChange parse(String value) {
            boolean taken = value.startsWith("-");
            AllowedIp prefix = AllowedIp.parse(taken || value.startsWith("+") ? value.substring(1) : value);
            return new AllowedIpChange(prefix, !taken);
        }
    }

    /** @throws IllegalArgumentException with the key that was wrong, never with its value: it may be a secret */
    static UapiSet parse(List<String> lines) {
        Parser parser = new Parser();
        for (String line : lines) {
            int equals = line.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("a line that assigns nothing");
            }
            String key = line.substring(0, equals);
            try {
                parser.line(key, line.substring(equals + 1));
            } catch (IllegalArgumentException malformed) {
                throw new IllegalArgumentException(key, malformed);
            }
        }
        return parser.finish();
    }

    private static final class Parser {
        private static final HexFormat HEX = HexFormat.of();

        private Optional<Key> privateKey = Optional.empty();
        private OptionalInt port = OptionalInt.empty();
        private OptionalInt mark = OptionalInt.empty();
        private boolean replacePeers;
        private final List<Peer> peers = new ArrayList<>();
        private @Nullable PeerParser peer;

        void line(String key, String value) {
            if (key.equals("public_key")) {
                endPeer();
                peer = new PeerParser(new PublicKey(HEX.parseHex(value)));
            } else if (peer != null) {
                peer.line(key, value);
            } else {
                device(key, value);
            }
        }

        private void device(String key, String value) {
            switch (key) {
                case "private_key" -> privateKey = Optional.of(Key.of(HEX.parseHex(value)));
                case "listen_port" -> port = OptionalInt.of(number(value, 65535));
                case "fwmark" -> mark = OptionalInt.of(value.isEmpty() ? 0 : Integer.parseUnsignedInt(value));
                case "replace_peers" -> replacePeers = isTrue(value);
                default -> throw new IllegalArgumentException("unknown key");
            }
        }

        private void endPeer() {
            if (peer != null) {
                peers.add(peer.finish());
            }
        }

        UapiSet finish() {
            endPeer();
            return new UapiSet(privateKey, port, mark, replacePeers, List.copyOf(peers));
        }
    }

    private static final class PeerParser {
        private final PublicKey key;
        private boolean remove;
        private boolean updateOnly;
        private Optional<PresharedKey> presharedKey = Optional.empty();
        private Optional<InetSocketAddress> endpoint = Optional.empty();
        private OptionalInt keepalive = OptionalInt.empty();
        private boolean replaceAllowedIps;
        private final List<AllowedIpChange> allowedIpChanges = new ArrayList<>();

        PeerParser(PublicKey key) {
            this.key = key;
        }

        void line(String name, String value) {
            switch (name) {
                case "remove" -> remove = isTrue(value);
                case "update_only" -> updateOnly = isTrue(value);
                case "preshared_key" -> presharedKey = Optional.of(new PresharedKey(Parser.HEX.parseHex(value)));
                case "endpoint" -> endpoint = Optional.of(endpoint(value));
                case "persistent_keepalive_interval" -> keepalive = OptionalInt.of(number(value, 65535));
                case "replace_allowed_ips" -> {
                    replaceAllowedIps = isTrue(value);
                    allowedIpChanges.clear();
                }
                case "allowed_ip" -> allowedIpChanges.add(AllowedIpChange.parse(value));
                case "protocol_version" -> {
                    if (!value.equals("1")) {
                        throw new IllegalArgumentException("only version 1 is known");
                    }
                }
                default -> throw new IllegalArgumentException("unknown key");
            }
        }

        Peer finish() {
            return new Peer(
                    key,
                    remove,
                    updateOnly,
                    presharedKey,
                    endpoint,
                    keepalive,
                    replaceAllowedIps,
                    List.copyOf(allowedIpChanges));
        }
    }

    private static boolean isTrue(String value) {
        if (!value.equals("true")) {
            throw new IllegalArgumentException("only 'true' is allowed");
        }
        return true;
    }

    private static int number(String value, int most) {
        int number = Integer.parseInt(value);
        if (number < 0 || number > most) {
            throw new IllegalArgumentException("not within 0 to " + most);
        }
        return number;
    }

    /** {@code 1.2.3.4:51820} or {@code [2001:db8::1]:51820}. */
    private static InetSocketAddress endpoint(String value) {
        int colon = value.lastIndexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("no port");
        }
        String host = value.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        return new InetSocketAddress(InetAddress.ofLiteral(host), number(value.substring(colon + 1), 65535));
    }
}
