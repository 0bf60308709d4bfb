package weft.edge;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import weft.netio.Family;
import weft.netio.Prefix;
import weft.tunnel.Shards;
import weft.tunnel.Tunnel;

/**
 * Everything an edge is told at its start.
 *
 * @param interfaceName of the TUN: at most 15 letters, digits, {@code _}, {@code -} and dots
 * @param listen the fleet's addresses: at most one of each family, or a wildcard
 * @param keyFile the fleet's private keys, see {@link FleetKeys}; looked at twice a second
 * @param inner4 where the devices' addresses lie; the first one is the edge's own
 * @param inner6 the same; if absent, the fleet's /48, see {@link FleetKeys#inner6}
 * @param mtu of the tunnel, in bytes
 * @param nat whether packets leave with the machine's address rather than with the device's
 * @param tcpPorts where devices come to other services of this machine that must be reached without a tunnel, such as the
 *     registry: opened where another firewall closes them
 * @param offload whether UDP and TUN offloads are used where the kernel has them
 * @param shards how many threads receive and open what devices send, where the kernel can deal it out among them: 1, 2, 4 or 8
 * @param city of an edge that is one of several; its addresses to listen on are then anycast, and on its TUN if they are
 *     nowhere else on this machine, so that they go when the edge does
 * @param routers in front, closed to devices: what came to one from the edge's address could pass for the edge's BGP
 */
public record EdgeConfig(
        String interfaceName,
        List<InetSocketAddress> listen,
        Path keyFile,
        Prefix inner4,
        Optional<Prefix> inner6,
        int mtu,
        boolean nat,
        List<Opening> openings,
        List<Integer> tcpPorts,
        Bounds bounds,
        boolean offload,
        int shards,
        Optional<CityConfig> city,
        List<InetAddress> routers) {
    /** The least MTU of IPv6 (RFC 8200, section 5). */
    private static final int MIN_MTU = 1280;

    private static final int MAX_MTU = 65_535 - 80;

    public EdgeConfig {
        listen = List.copyOf(listen);
        openings = List.copyOf(openings);
        tcpPorts = List.copyOf(tcpPorts);
        routers = List.copyOf(routers);
        if (!interfaceName.matches("[A-Za-z0-9_.-]{1,15}") || interfaceName.matches("\\.+")) {
            throw new IllegalArgumentException(
                    "an interface name has 1 to 15 letters, digits, _, - and dots, not " + interfaceName);
        }
        if (listen.isEmpty() || listen.size() > 2) {
            throw new IllegalArgumentException("an edge listens on one or two addresses");
        }
        if (listen.size() == 2 && v6(listen.getFirst()) == v6(listen.getLast())) {
            throw new IllegalArgumentException("an edge listens on at most one address of each family");
        }
        Shards.requireCount(shards);
        if (mtu < MIN_MTU || mtu > MAX_MTU) {
            throw new IllegalArgumentException("the MTU lies from " + MIN_MTU + " to " + MAX_MTU + ", not " + mtu);
        }
        requireFamily(inner4, Family.IPV4, 30);
        inner6.ifPresent(prefix -> requireFamily(prefix, Family.IPV6, 112));
    }

    private static boolean v6(InetSocketAddress address) {
        return address.getAddress() instanceof Inet6Address;
    }

    private static void requireFamily(Prefix prefix, Family family, int longest) {
        if (prefix.family() != family || prefix.length() > longest) {
            throw new IllegalArgumentException(
                    "the inner prefix must be " + family + " with a length of at most " + longest + ", not " + prefix);
        }
    }

    /**
     * Bounds on what outsiders can make grow.
     *
     * @param cachedDevices answers of the registry that are remembered, refusals among them
     * @param refusalLife how long a refusal is remembered
     * @param peers devices that the tunnel holds at once, with a session or without
     * @param idle how long a device without a session stays in the tunnel
     */
    public record Bounds(int cachedDevices, Duration refusalLife, int peers, Duration idle) {
        public static Bounds defaults() {
            return new Bounds(100_000, Duration.ofSeconds(5), 65_536, Duration.ofMinutes(10));
        }
    }

    /** All but the key has a default. */
    public static Builder builder(Path keyFile) {
        return new Builder(keyFile);
    }

    /** All defaults are here, or in {@link Passages#DEFAULT}. */
    public static final class Builder {
        private final Path keyFile;
        private String interfaceName = Passages.DEFAULT.tunnel();
        private List<InetSocketAddress> listen = Tunnel.wildcard(Passages.DEFAULT.port());
        private Prefix inner4 = Prefix.parse("100.96.0.0/12");
        private Optional<Prefix> inner6 = Optional.empty();
        private int mtu = 1420;
        private boolean nat = true;
        private List<Opening> openings = List.of();
        private List<Integer> tcpPorts = List.of();
        private Bounds bounds = Bounds.defaults();
        private boolean offload = true;
        private int shards = Shards.byDefault(Runtime.getRuntime().availableProcessors());
        private Optional<CityConfig> city = Optional.empty();
        private List<InetAddress> routers = List.of();

        private Builder(Path keyFile) {
            this.keyFile = keyFile;
        }

        public Builder interfaceName(String name) {
            interfaceName = name;
            return this;
        }

        public Builder listen(List<InetSocketAddress> addresses) {
            listen = List.copyOf(addresses);
            return this;
        }

        public Builder inner4(Prefix prefix) {
            inner4 = prefix;
            return this;
        }

        public Builder inner6(Prefix prefix) {
            inner6 = Optional.of(prefix);
            return this;
        }

        public Builder mtu(int bytes) {
            mtu = bytes;
            return this;
        }

        public Builder nat(boolean wanted) {
            nat = wanted;
            return this;
        }

        public Builder openings(List<Opening> holes) {
            openings = List.copyOf(holes);
            return this;
        }

        public Builder tcpPorts(List<Integer> ports) {
            tcpPorts = List.copyOf(ports);
            return this;
        }

        public Builder bounds(Bounds limits) {
            bounds = limits;
            return this;
        }

        public Builder offload(boolean wanted) {
            offload = wanted;
            return this;
        }

        public Builder shards(int count) {
            shards = count;
            return this;
        }

        public Builder city(CityConfig one) {
            city = Optional.of(one);
            return this;
        }

        public Builder routers(List<InetAddress> inFront) {
            routers = List.copyOf(inFront);
            return this;
        }

        /** @throws IllegalArgumentException saying what does not fit */
        public EdgeConfig build() {
            return new EdgeConfig(
                    interfaceName,
                    listen,
                    keyFile,
                    inner4,
                    inner6,
                    mtu,
                    nat,
                    openings,
                    tcpPorts,
                    bounds,
                    offload,
                    shards,
                    city,
                    routers);
        }
    }

    /** The edge's own inner address: the first host of the prefix. */
    static InetAddress ownAddress(Prefix prefix) {
        return host(prefix, 1);
    }

    /** Where the edge's probes of itself come from: one of the first 16 addresses, of which no registry gives any to a device. */
    static InetAddress probeAddress(Prefix prefix) {
        return host(prefix, 14);
    }

    private static InetAddress host(Prefix prefix, int number) {
        byte[] bytes = prefix.address().getAddress();
        bytes[bytes.length - 1] |= (byte) number;
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** What other firewalls must let pass. */
    public Passages passages() {
        return new Passages(interfaceName, port(), tcpPorts);
    }

    int port() {
        return listen.getFirst().getPort();
    }
}
