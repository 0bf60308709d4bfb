package weft.edge;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A chain of another firewall whose verdict stops packets that the edge needs: a drop in any table is final.
 *
 * @param family of its nftables table, such as {@code ip} or {@code inet}; {@code legacy4} or {@code legacy6} for what the
 *     legacy iptables holds, outside nftables
 * @param chain where an accept helps
 * @param reason how it stops them
 * @param stopped at least one, all of the same hook
 */
public record Blocker(String family, String table, String chain, String reason, List<Passage> stopped) {
    public Blocker {
        stopped = List.copyOf(stopped);
    }

    boolean isLegacy() {
        return family.startsWith("legacy");
    }

    /** The table and chain, for people. */
    public String place() {
        return (isLegacy() ? "iptables-legacy " : family + " ") + table + " " + chain;
    }

    /** A shell command that lets pass what it stops. */
    public String mend() {
        if (isLegacy()) {
            String insert = (family.equals("legacy4") ? "iptables-legacy" : "ip6tables-legacy") + " -I " + chain + " ";
            return stopped.stream()
                    .map(passage -> insert + String.join(" ", passage.iptables()) + " -j ACCEPT")
                    .collect(Collectors.joining(" && "));
        }
        String insert = "insert rule " + family + " " + table + " " + chain + " ";
        return stopped.stream()
                .map(passage -> insert + passage.nft() + " accept")
                .collect(Collectors.joining("; ", "nft '", "'"));
    }
}
