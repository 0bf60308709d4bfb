package weft.edge;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import weft.fleet.Member;

/**
 * An edge as the others know it.
 *
 * @param name 1 to {@value #MAX_NAME} letters, digits, dots, {@code _} and {@code -}
 * @param city the same; edges of one city share its clients
 * @param weight 1 to {@link Member#MAX_WEIGHT}
 * @param addresses where other edges reach it: at most one of each family, the first one is used where both ends have it
 * @param draining whether it shall own nothing any more
 */
public record EdgeMember(String name, String city, int weight, List<InetAddress> addresses, boolean draining) {
    private static final int MAX_NAME = 63;

    public EdgeMember {
        addresses = List.copyOf(addresses);
        demandName(name, "an edge's name");
        demandName(city, "a city's name");
        if (addresses.isEmpty() || addresses.size() > 2) {
            throw new IllegalArgumentException(name + " has one address or one of each family");
        }
        if (addresses.size() == 2 && isV4(addresses.getFirst()) == isV4(addresses.getLast())) {
            throw new IllegalArgumentException(name + " has two addresses of one family");
        }
        for (InetAddress address : addresses) {
            if (address.isAnyLocalAddress() || address.isMulticastAddress()) {
                throw new IllegalArgumentException(
                        name + " has the address " + address.getHostAddress() + ", which is no single machine's");
            }
        }
        if (weight < 1 || weight > Member.MAX_WEIGHT) {
            throw new IllegalArgumentException(name + " has a weight of 1 to " + Member.MAX_WEIGHT + ", not " + weight);
        }
    }

    private static void demandName(String text, String what) {
        if (!text.matches("[A-Za-z0-9._-]{1," + MAX_NAME + "}")) {
            throw new IllegalArgumentException(what + " has 1 to " + MAX_NAME
                    + " letters, digits, dots, _ and -, not \"" + Logged.text(text) + "\"");
        }
    }

    private static boolean isV4(InetAddress address) {
        return address instanceof Inet4Address;
    }

    EdgeMember drains(boolean wanted) {
        return new EdgeMember(name, city, weight, addresses, wanted);
    }
}
