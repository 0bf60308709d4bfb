package weft.netio;

import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A route of the kernel (rtnetlink(7)); made by {@link #to} and its {@code with}-like methods, each of which returns a
 * changed copy. A route read from the kernel that spreads over several next hops has neither {@code via} nor
 * {@code link}.
 *
 * @param via the next hop, of the same family
 * @param link index of the interface
 * @param source preferred source address
 * @param table {@link #MAIN}, {@link #LOCAL} or any other
 * @param metric lower wins; 0 leaves the choice to the kernel (which takes 1024 for IPv6)
 */
public record Route(
        Prefix to,
        Type type,
        Optional<InetAddress> via,
        OptionalInt link,
        Optional<InetAddress> source,
        int table,
        int metric) {
    public static final int MAIN = 254;
    public static final int LOCAL = 255;

    /** What happens to a packet that takes the route, with the kernel's numbers (RTN_UNICAST and what follows). */
    public enum Type {
        UNICAST(1),
        LOCAL(2),
        BROADCAST(3),
        ANYCAST(4),
        MULTICAST(5),
        BLACKHOLE(6),
        UNREACHABLE(7),
        PROHIBIT(8),
        THROW(9);

        private final int number;

        Type(int number) {
            this.number = number;
        }

        int number() {
            return number;
        }

        static Optional<Type> of(int number) {
            for (Type type : values()) {
                if (type.number == number) {
                    return Optional.of(type);
                }
            }
            return Optional.empty();
        }
    }

    public Route {
        if (via.isPresent() && Family.of(via.get()) != to.family()) {
            throw new IllegalArgumentException("a route to " + to + " via " + via.get() + " of the other family");
        }
    }

    /** An ordinary route in the main table. */
    public static Route to(Prefix to) {
        return new Route(to, Type.UNICAST, Optional.empty(), OptionalInt.empty(), Optional.empty(), MAIN, 0);
    }

    public Route type(Type changed) {
        return new Route(to, changed, via, link, source, table, metric);
    }

    public Route via(InetAddress changed) {
        return new Route(to, type, Optional.of(changed), link, source, table, metric);
    }

    public Route link(int changed) {
        return new Route(to, type, via, OptionalInt.of(changed), source, table, metric);
    }

    public Route source(InetAddress changed) {
        return new Route(to, type, via, link, Optional.of(changed), table, metric);
    }

    public Route table(int changed) {
        return new Route(to, type, via, link, source, changed, metric);
    }

    public Route metric(int changed) {
        return new Route(to, type, via, link, source, table, changed);
    }

    /** As {@code ip route} prints it, but with the interface's index. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        if (type != Type.UNICAST) {
            text.append(type.name().toLowerCase(Locale.ROOT)).append(' ');
        }
        text.append(to);
        via.ifPresent(hop -> text.append(" via ").append(hop.getHostAddress()));
        link.ifPresent(index -> text.append(" link ").append(index));
        source.ifPresent(address -> text.append(" src ").append(address.getHostAddress()));
        if (table != MAIN) {
            text.append(" table ").append(Integer.toUnsignedString(table));
        }
        if (metric != 0) {
            text.append(" metric ").append(Integer.toUnsignedString(metric));
        }
        return text.toString();
    }
}
