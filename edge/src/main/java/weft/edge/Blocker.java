package weft.edge;

/**
 * A chain of another firewall whose verdict stops packets that the edge needs: a drop in any table is final.
 *
 * @param family of its nftables table, such as {@code ip} or {@code inet}; {@code legacy4} or {@code legacy6} for what the
 *     legacy iptables holds, outside nftables
 * @param chain where an accept helps
 * @param hook {@code forward} or {@code input}
 * @param reason how it stops them
 */
public record Blocker(String family, String table, String chain, String hook, String reason) {
    boolean isLegacy() {
        return family.startsWith("legacy");
    }

    /** The table and chain, for people. */
    public String place() {
        return (isLegacy() ? "iptables-legacy " : family + " ") + table + " " + chain;
    }

    /** A command that lets pass what an edge with the default interface and port needs. */
    public String mend() {
        if (isLegacy()) {
            String program = family.equals("legacy4") ? "iptables-legacy" : "ip6tables-legacy";
            String match = hook.equals("forward") ? " -i weft0 -j ACCEPT" : " -p udp --dport 2408 -j ACCEPT";
            String also = hook.equals("forward") ? " && " + program + " -I " + chain + " -o weft0 -j ACCEPT" : "";
            return program + " -I " + chain + match + also;
        }
        String insert = "insert rule " + family + " " + table + " " + chain + " ";
        return hook.equals("forward")
                ? "nft '" + insert + "iifname weft0 accept; " + insert + "oifname weft0 accept'"
                : "nft '" + insert + "udp dport 2408 accept'";
    }
}
