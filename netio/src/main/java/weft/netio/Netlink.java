package weft.netio;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Links, addresses, routes and policy rules of one network namespace: that of the thread which called {@link #open},
 * wherever later calls come from. Safe for several threads; requests wait for each other.
 *
 * <p>Every failure is an {@link ErrnoException} that names the action and carries the kernel's own words if it gave
 * any. Changes need CAP_NET_ADMIN.
 */
public final class Netlink implements AutoCloseable {
    private static final int NETLINK_ROUTE = 0;

    /** What a lookup answers when the tables hold no usable route (blackhole: EINVAL; prohibit: EACCES). */
    private static final Set<Integer> NO_ROUTE =
            Set.of(Errno.ENETUNREACH, Errno.EHOSTUNREACH, Errno.EINVAL, Errno.EACCES);

    private final NetlinkSocket socket;

    private Netlink(NetlinkSocket socket) {
        this.socket = socket;
    }

    public static Netlink open() throws ErrnoException {
        return new Netlink(NetlinkSocket.open(NETLINK_ROUTE));
    }

    /** @throws ErrnoException with ENODEV if there is no such interface */
    public int index(String link) throws IOException {
        return link(link).index();
    }

    public Link link(String name) throws IOException {
        return Rtnetlink.link(
                socket.exchange(Rtnetlink.getLink(name), "find link " + name).getFirst());
    }

    public void up(String link) throws IOException {
        socket.exchange(Rtnetlink.setUp(index(link), true), "set link " + link + " up");
    }

    public void down(String link) throws IOException {
        socket.exchange(Rtnetlink.setUp(index(link), false), "set link " + link + " down");
    }

    /** @param mtu bytes */
    public void mtu(String link, int mtu) throws IOException {
        socket.exchange(Rtnetlink.setMtu(index(link), mtu), "set mtu " + mtu + " of link " + link);
    }

    public void delete(String link) throws IOException {
        socket.exchange(Rtnetlink.deleteLink(index(link)), "delete link " + link);
    }

    /** An IPv6 address is usable at once, without duplicate address detection. */
    public void add(String link, LinkAddress address) throws IOException {
        int flags = NetlinkRequest.CREATE | NetlinkRequest.EXCLUSIVE;
        NetlinkRequest request = Rtnetlink.address(Rtnetlink.NEW_ADDRESS, flags, index(link), address);
        socket.exchange(request, "add address " + address + " to link " + link);
    }

    public void remove(String link, LinkAddress address) throws IOException {
        NetlinkRequest request = Rtnetlink.address(Rtnetlink.DELETE_ADDRESS, 0, index(link), address);
        socket.exchange(request, "remove address " + address + " from link " + link);
    }

    public void add(Route route) throws IOException {
        socket.exchange(Rtnetlink.addRoute(route), "add route " + route);
    }

    /** Removes the first route that has all of this one's properties; a metric of 0 and no next hop match any. */
    public void remove(Route route) throws IOException {
        socket.exchange(Rtnetlink.removeRoute(route), "remove route " + route);
    }

    public void add(Rule rule) throws IOException {
        socket.exchange(Rtnetlink.addRule(rule), "add rule " + rule);
    }

    public void remove(Rule rule) throws IOException {
        socket.exchange(Rtnetlink.removeRule(rule), "remove rule " + rule);
    }

    public List<Link> links() throws IOException {
        List<Link> links = new ArrayList<>();
        for (NetlinkReply reply : socket.exchange(Rtnetlink.links(), "list links")) {
            links.add(Rtnetlink.link(reply));
        }
        return links;
    }

    public List<LinkAddress> addresses(String link) throws IOException {
        int index = index(link);
        List<LinkAddress> addresses = new ArrayList<>();
        for (NetlinkReply reply : socket.exchange(Rtnetlink.addresses(), "list addresses")) {
            Rtnetlink.address(reply, index).ifPresent(addresses::add);
        }
        return addresses;
    }

    /** Those of all tables and both families. */
    public List<Route> routes() throws IOException {
        List<Route> routes = new ArrayList<>();
        for (NetlinkReply reply : socket.exchange(Rtnetlink.routes(), "list routes")) {
            Rtnetlink.route(reply).ifPresent(routes::add);
        }
        return routes;
    }

    /** Those that lead to a table, of both families, in the order in which they are asked. */
    public List<Rule> rules() throws IOException {
        List<Rule> rules = new ArrayList<>();
        for (Family family : Family.values()) {
            for (NetlinkReply reply : socket.exchange(Rtnetlink.rules(family), "list rules")) {
                Rtnetlink.rule(reply).ifPresent(rules::add);
            }
        }
        return rules;
    }

    /**
     * Where a packet of this machine to that address would go, with the source address it would get.
     *
     * @param mark the socket's mark, 0 for none
     * @return empty if it would go nowhere
     */
    public Optional<Route> routeTo(InetAddress destination, int mark) throws IOException {
        try {
            String action = "find the route to " + destination.getHostAddress();
            return Rtnetlink.route(socket.exchange(Rtnetlink.routeTo(destination, mark), action)
                    .getFirst());
        } catch (ErrnoException failed) {
            if (NO_ROUTE.contains(failed.errno())) {
                return Optional.empty();
            }
            throw failed;
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
