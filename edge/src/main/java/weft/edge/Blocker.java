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
}
