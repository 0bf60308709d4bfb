package weft.edge;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import weft.netio.Family;
import weft.netio.Link;
import weft.netio.LinkAddress;
import weft.netio.Netlink;
import weft.netio.Prefix;
import weft.netio.Route;

/**
 * The anycast addresses of an edge that is one of several. One thread's.
 *
 * <p>They are on the TUN for as long as the process runs, since a draining edge needs them too, and vanish with it by whatever
 * death. Whether routers shall lead packets here is told by a route to each in a table that no rule leads to, on the TUN as
 * well: BIRD reads it there (see {@link BirdConfig}), and the kernel never goes by it.
 */
final class Anycast {
    /** Of routing tables, the one with what is announced. */
    static final int TABLE = 2408;

    private final Netlink netlink;
    private final String tunnel;
    private final List<InetAddress> addresses;

    Anycast(Netlink netlink, EdgeConfig config) {
        this.netlink = netlink;
        tunnel = config.interfaceName();
        addresses = config.city().isEmpty() ? List.of() : of(config.listen());
    }

    /** Those of the addresses listened on that are any one machine's rather than a wildcard. */
    static List<InetAddress> of(List<InetSocketAddress> listen) {
        return listen.stream()
                .map(InetSocketAddress::getAddress)
                .filter(address -> !address.isAnyLocalAddress())
                .toList();
    }

    /** Puts them on the TUN, unless they are elsewhere on this machine. */
    void hold() throws IOException {
        if (addresses.isEmpty()) {
            return;
        }
        Set<InetAddress> here = new HashSet<>();
        for (Link link : netlink.links()) {
            netlink.addresses(link.name()).forEach(known -> here.add(known.address()));
        }
        for (InetAddress anycast : addresses) {
            if (!here.contains(anycast)) {
                netlink.add(tunnel, new LinkAddress(anycast, Family.of(anycast).addressSize() * 8));
            }
        }
    }

    /** Adds or removes what is missing or too much, also where others have changed the table meanwhile. */
    void announce(boolean wanted) throws IOException {
        if (addresses.isEmpty()) {
            return;
        }
        int link = netlink.index(tunnel);
        Set<Prefix> announced = new HashSet<>();
        for (Route route : netlink.routes()) {
            if (route.table() == TABLE && route.link().orElse(0) == link) {
                announced.add(route.to());
            }
        }
        for (InetAddress anycast : addresses) {
            Route route = Route.to(Prefix.of(anycast)).link(link).table(TABLE);
            if (wanted && !announced.contains(route.to())) {
                netlink.add(route);
            } else if (!wanted && announced.contains(route.to())) {
                netlink.remove(route);
            }
        }
    }
}
