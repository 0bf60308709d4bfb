package weft.edge;

import java.util.List;
import java.util.function.Function;
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
            return each(passage -> insert + String.join(" ", passage.iptables()) + " -j ACCEPT", " && ");
        }
        if (table.equals("firewalld")) { // forgets the rules of others when it reloads, if it lets them in at all
            return each(passage -> "firewall-cmd --permanent " + option(passage), " && ") + " && firewall-cmd --reload";
        }
        String insert = "insert rule " + family + " " + table + " " + chain + " ";
        return "nft '" + each(passage -> insert + passage.nft() + " accept", "; ") + "'";
    }

    private String each(Function<Passage, String> command, String separator) {
        return stopped.stream().map(command).distinct().collect(Collectors.joining(separator));
    }

    private static String option(Passage passage) {
        return switch (passage) {
            case Passage.Port(Opening.Protocol protocol, int number) -> "--add-port=" + number + "/" + protocol.text();
            case Passage.From(String tunnel) -> trust(tunnel);
            case Passage.To(String tunnel) -> trust(tunnel);
        };
    }

    /** The edge judges itself what comes out of the tunnel. */
    private static String trust(String tunnel) {
        return "--zone=trusted --add-interface=" + tunnel;
    }
}
