package weft.tunnel;

import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import weft.wireguard.AllowedIp;
import weft.wireguard.AllowedIps;
import weft.wireguard.PeerStatus;
import weft.wireguard.PublicKey;

/** The links of all peers with their allowed IPs; the control agent's alone. */
final class Peers {
    private final Map<PublicKey, Link> links = new LinkedHashMap<>();
    private final PeerRoutes routes;
    private final int[] ofShard;

    Peers(AllowedIps<Link> allowedIps, int shards) {
        routes = new PeerRoutes(allowedIps);
        ofShard = new int[shards];
    }

    /** The peer's link, made if there is none, with these prefixes and no others. */
    Link put(PublicKey key, List<AllowedIp> prefixes) {
        Link link = links.computeIfAbsent(key, this::make);
        routes.set(link, prefixes);
        return link;
    }

    /** In the shard that has the fewest peers. */
    private Link make(PublicKey key) {
        int fewest = 0;
        for (int shard = 1; shard < ofShard.length; shard++) {
            if (ofShard[shard] < ofShard[fewest]) {
                fewest = shard;
            }
        }
        ofShard[fewest]++;
        return new Link(key, fewest);
    }

    /** @return the link that it had */
    @Nullable
    Link remove(PublicKey key) {
        Link link = links.remove(key);
        if (link != null) {
            routes.set(link, List.of());
            ofShard[link.shard()]--;
        }
        return link;
    }

    @Nullable
    Link link(PublicKey key) {
        return links.get(key);
    }

    Collection<Link> links() {
        return links.values();
    }

    /** The protocol's view of a peer together with ours. */
    PeerState state(PeerStatus status, long now) {
        PublicKey key = status.config().publicKey();
        Link link = links.get(key);
        Remote remote = link == null ? null : link.remote();
        Optional<InetSocketAddress> endpoint =
                Optional.ofNullable(remote).map(known -> known.path().remote());
        return new PeerState(
                key,
                status.config().presharedKey(),
                endpoint,
                link == null ? List.of() : routes.of(link),
                status.config().persistentKeepaliveSeconds(),
                status.lastHandshakeUnixNanos(),
                status.receivedBytes(),
                status.sentBytes(),
                status.lastDataNanos() < 0 ? Long.MAX_VALUE : now - status.lastDataNanos(),
                status.established(),
                status.identity());
    }
}
