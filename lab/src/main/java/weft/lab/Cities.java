package weft.lab;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A fleet's world: two cities that answer on the same anycast addresses, a phone with two access networks and a
 * laptop on the first of them, a machine for the control plane (registry, etcd), and an Internet side. The first city gets all packets until the route is moved. Routers
 * have static routes to all edges, which {@link NextHops} looks after, until {@link BgpCity} takes over in one.
 */
public final class Cities {
    public static final List<InetAddress> ANYCAST =
            List.of(InetAddress.ofLiteral("203.0.113.1"), InetAddress.ofLiteral("2001:db8:1::1"));

    /** Where the control plane listens. */
    public static final String CONTROL = "control";

    public static final String CONTROL_ADDRESS = "198.51.100.66";
    private static final int MOST_EDGES = 15;

    private Cities() {}

    /** A city by its letter, {@code a} or {@code b}: its router. */
    public static String router(String city) {
        return "router-" + city;
    }

    /** @param number from 1 */
    public static String edge(String city, int number) {
        return city + number;
    }

    /**
     * @param near edges in the first city
     * @param far edges in the other
     * @param mtu of the links between edges and their router, in bytes
     */
    public static Topology of(int near, int far, int mtu, Duration udpTimeout) {
        Topology.Builder world = new Topology.Builder()
                .host(Topology.INTERNET)
                .nat(Topology.WIFI, udpTimeout)
                .link(Topology.WIFI, Topology.INTERNET, "192.0.2.0/30", "2001:db8:f:1::/64")
                .nat(Topology.CELLULAR, udpTimeout)
                .link(Topology.CELLULAR, Topology.INTERNET, "192.0.2.4/30")
                .host(Topology.PHONE)
                .link(Topology.PHONE, Topology.WIFI, "192.168.1.0/24", "2001:db8:a:1::/64")
                .link(Topology.PHONE, Topology.CELLULAR, "100.64.0.0/24")
                .host(Topology.LAPTOP)
                .link(Topology.LAPTOP, Topology.WIFI, "192.168.2.0/24", "2001:db8:a:2::/64")
                .host(CONTROL, CONTROL_ADDRESS)
                .link(CONTROL, Topology.INTERNET, "192.0.2.20/30", "2001:db8:f:5::/64")
                .host(Topology.WEB, "198.51.100.4", "2001:db8:80::6", "198.51.100.46", "2001:db8:80::46")
                .link(Topology.WEB, Topology.INTERNET, "192.0.2.12/30", "2001:db8:f:3::/64")
                .name(Topology.V4_NAME, "198.51.100.4")
                .name(Topology.V6_NAME, "2001:db8:80::6")
                .name(Topology.DUAL_NAME, "198.51.100.46", "2001:db8:80::46");
        city(world, "a", near, mtu, "192.0.2.8/30", "2001:db8:f:2::/64");
        city(world, "b", far, mtu, "192.0.2.16/30", "2001:db8:f:4::/64");
        return world.build();
    }

    private static void city(Topology.Builder world, String city, int edges, int mtu, String... uplink) {
        if (edges > MOST_EDGES) {
            throw new IllegalArgumentException("a city of the lab has " + MOST_EDGES + " edges at most");
        }
        int number = city.equals("a") ? 1 : 2;
        world.host(router(city)).link(router(city), Topology.INTERNET, uplink);
        IntStream.rangeClosed(1, edges)
                .forEach(i -> world.anycast(
                                edge(city, i),
                                ANYCAST.stream()
                                        .map(InetAddress::getHostAddress)
                                        .toArray(String[]::new))
                        .link(
                                mtu,
                                edge(city, i),
                                router(city),
                                "203.0.113." + (64 * number + 4 * (i - 1)) + "/30",
                                "2001:db8:1:" + number + Integer.toHexString(i) + "::/64"));
    }
}
