package weft.tunnel;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import weft.wireguard.AllowedIp;
import weft.wireguard.AllowedIps;

/**
 * The control agent's side of {@link AllowedIps}: who has which prefix, without a walk through the trie, which on an edge
 * holds the prefixes of all devices.
 */
final class PeerRoutes {
    private final AllowedIps<Link> trie;
    private final Map<AllowedIp, Link> owners = new HashMap<>();
    private final Map<Link, Set<AllowedIp>> owned = new HashMap<>();

    PeerRoutes(AllowedIps<Link> trie) {
        this.trie = trie;
    }

    /** Gives the peer these prefixes and no others. Those that it keeps are never missing in between. */
    void set(Link link, List<AllowedIp> prefixes) {
        Set<AllowedIp> wanted = new LinkedHashSet<>(prefixes);
        for (AllowedIp prefix : of(link)) {
            if (!wanted.contains(prefix)) {
                owners.remove(prefix);
                trie.remove(prefix, link);
            }
        }
        for (AllowedIp prefix : wanted) {
            Link former = owners.put(prefix, link);
            if (former != link) {
                leave(former, prefix);
                trie.put(prefix, link);
            }
        }
        if (wanted.isEmpty()) {
            owned.remove(link);
        } else {
            owned.put(link, wanted);
        }
    }

    List<AllowedIp> of(Link link) {
        return List.copyOf(owned.getOrDefault(link, Set.of()));
    }

    private void leave(@Nullable Link former, AllowedIp prefix) {
        Set<AllowedIp> left = former == null ? null : owned.get(former);
        if (left != null) {
            left.remove(prefix);
        }
    }
}
