package weft.client;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import weft.netio.Errno;
import weft.netio.ErrnoException;
import weft.netio.Family;
import weft.netio.Link;
import weft.netio.LinkAddress;
import weft.netio.Netlink;
import weft.netio.Prefix;
import weft.netio.Route;
import weft.netio.Rule;

/**
 * Leads this machine's traffic into the tunnel and harms no other, by rules just ahead of the main table's, asked in
 * this order:
 *
 * <ol>
 *   <li>What is only forwarded (containers, guests of a hotspot) goes on as before, so that published ports keep working.
 *   <li>What already has an outer address of ours as its source goes on as before: replies to connections from outside,
 *       such as an ssh session, leave where they came in. It also makes strict reverse path filters content.
 *   <li>Whatever has a more specific route than the default one, such as the local network, takes it.
 *   <li>Everything else goes into the tunnel, but for the tunnel's own datagrams, which carry the mark.
 * </ol>
 *
 * <p>The routes vanish with the tunnel's interface even if the process is killed. The rules stay then, and lead to an
 * empty table: {@link #removeLeftovers} clears them away.
 */
final class PolicyRouting {
    /** Of the tunnel's routing table, and the firewall mark on its datagrams. */
    static final int TABLE = 0x77ef;

    static final int MARK = TABLE;

    private static final int FORWARDED = 32_600;
    private static final int REPLIES = 32_601;
    private static final int SPECIFIC = 32_602;
    private static final int TUNNEL = 32_603;

    private final Netlink netlink;
    private final String tun;
    private final List<Family> families;
    private final Set<InetAddress> outer = new HashSet<>();

    PolicyRouting(Netlink netlink, String tun, List<Family> families) {
        this.netlink = netlink;
        this.tun = tun;
        this.families = List.copyOf(families);
    }

    /** Last comes the rule that changes anything, so that no packet meets half of them. */
    void apply() throws IOException {
        int index = netlink.index(tun);
        for (Family family : families) {
            netlink.add(Route.to(all(family)).link(index).table(TABLE));
        }
        follow();
        for (Family family : families) {
            netlink.add(forwarded(family));
            netlink.add(specific(family));
            netlink.add(tunnel(family));
        }
    }

    /** Takes note of the outer addresses that have come and gone. */
    void follow() throws IOException {
        Set<InetAddress> present = outerAddresses();
        for (InetAddress address : present) {
            if (outer.add(address)) {
                netlink.add(reply(address));
            }
        }
        for (InetAddress address : List.copyOf(outer)) {
            if (!present.contains(address)) {
                outer.remove(address);
                netlink.remove(reply(address));
            }
        }
    }

    private Set<InetAddress> outerAddresses() throws IOException {
        Set<InetAddress> found = new HashSet<>();
        for (Link link : netlink.links()) {
            if (link.up() && !link.name().equals(tun)) {
                for (LinkAddress address : addresses(link)) {
                    if (isOuter(address.address()) && families.contains(Family.of(address.address()))) {
                        found.add(address.address());
                    }
                }
            }
        }
        return found;
    }

    private List<LinkAddress> addresses(Link link) throws IOException {
        try {
            return netlink.addresses(link.name());
        } catch (ErrnoException failed) {
            if (failed.errno() == Errno.ENODEV) {
                return List.of();
            }
            throw failed;
        }
    }

    private static boolean isOuter(InetAddress address) {
        return !address.isLoopbackAddress() && !(address instanceof Inet6Address && address.isLinkLocalAddress());
    }

    /** Restores what was before. The routes go with the tunnel's interface. */
    static void remove(Netlink netlink) throws IOException {
        for (Rule rule : netlink.rules()) {
            if (rule.priority() >= FORWARDED && rule.priority() <= TUNNEL && isOurs(rule)) {
                netlink.remove(rule);
            }
        }
    }

    /**
     * Clears away what a killed process left behind.
     *
     * @return whether there was something
     * @throws IOException if it belongs to a process that lives
     */
    static boolean removeLeftovers(Netlink netlink) throws IOException {
        List<Rule> rules = new ArrayList<>(netlink.rules());
        rules.removeIf(rule -> !isOurs(rule));
        if (rules.isEmpty()) {
            return false;
        }
        for (Route route : netlink.routes()) {
            if (route.table() == TABLE) {
                throw new IOException("another connection's tunnel is up on this machine (routing table " + TABLE
                        + "): disconnect that one first");
            }
        }
        remove(netlink);
        return true;
    }

    private static boolean isOurs(Rule rule) {
        return switch (rule.priority()) {
            case FORWARDED -> rule.equals(forwarded(rule.family()));
            case REPLIES -> rule.table() == Route.MAIN && rule.from().isPresent();
            case SPECIFIC -> rule.equals(specific(rule.family()));
            case TUNNEL -> rule.equals(tunnel(rule.family()));
            default -> false;
        };
    }

    private static Rule forwarded(Family family) {
        return Rule.lookup(family, Route.MAIN).iif("lo").inverted().priority(FORWARDED);
    }

    private static Rule reply(InetAddress address) {
        return Rule.lookup(Family.of(address), Route.MAIN)
                .from(Prefix.of(address))
                .priority(REPLIES);
    }

    private static Rule specific(Family family) {
        return Rule.lookup(family, Route.MAIN).suppressPrefixLength(0).priority(SPECIFIC);
    }

    private static Rule tunnel(Family family) {
        return Rule.lookup(family, TABLE).mark(MARK).inverted().priority(TUNNEL);
    }

    private static Prefix all(Family family) {
        return family == Family.IPV4 ? Prefix.ALL_IPV4 : Prefix.ALL_IPV6;
    }
}
