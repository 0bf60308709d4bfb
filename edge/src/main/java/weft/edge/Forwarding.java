package weft.edge;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import weft.netio.Family;
import weft.netio.Link;
import weft.netio.Netlink;
import weft.netio.Route;
import weft.netio.Sysctl;

/**
 * Turns on forwarding where the tunnel's packets pass, and off again what was off before. One thread's.
 *
 * <p>IPv4 asks the interface that a packet comes in by, so only the tunnel and the uplinks are touched. IPv6 asks the same
 * since Linux 6.17 ({@code force_forwarding}); before, one switch made all interfaces a router's, which must then be told
 * to go on listening to router advertisements ({@code accept_ra} 2), or the machine would lose its own default route.
 */
final class Forwarding implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Forwarding.class);

    private record Setting(String name, String before, String now) {}

    private final Netlink netlink;
    private final String tunnel;
    private final boolean v6;
    private final Deque<Setting> changed = new ArrayDeque<>();
    private final Set<String> done = new HashSet<>();

    Forwarding(Netlink netlink, String tunnel, boolean v6) {
        this.netlink = netlink;
        this.tunnel = tunnel;
        this.v6 = v6;
    }

    /** Whether this machine has IPv6, and this namespace's new interfaces get it. */
    static boolean hasIpv6() {
        try {
            return Family.IPV6.isSupported()
                    && Sysctl.read("net/ipv6/conf/default/disable_ipv6").equals("0");
        } catch (IOException none) {
            return false;
        }
    }

    /** The families that packets can leave this machine by: those with a route beyond its links and the tunnel. */
    Set<Family> outside() throws IOException {
        Set<Integer> inside = new HashSet<>();
        for (Link link : netlink.links()) {
            if (link.name().equals("lo") || link.name().equals(tunnel)) {
                inside.add(link.index());
            }
        }
        Set<Family> found = EnumSet.noneOf(Family.class);
        for (Route route : netlink.routes()) {
            boolean leads =
                    route.link().isPresent() && !inside.contains(route.link().getAsInt());
            if (leads && route.type() == Route.Type.UNICAST && route.table() != Route.LOCAL && !isLinkOnly(route)) {
                found.add(route.to().family());
            }
        }
        return found;
    }

    /** Every interface with IPv6 has these. */
    private static boolean isLinkOnly(Route route) {
        InetAddress to = route.to().address();
        return to.isLinkLocalAddress() || to.isMulticastAddress();
    }

    /** Again from time to time: uplinks come and go. */
    void refresh() throws IOException {
        turnOn(tunnel);
        Set<Integer> uplinks = new HashSet<>();
        for (Route route : netlink.routes()) {
            if (route.type() == Route.Type.UNICAST && route.table() != Route.LOCAL) {
                route.link().ifPresent(uplinks::add);
            }
        }
        for (Link link : netlink.links()) {
            if (uplinks.contains(link.index()) && !link.name().equals("lo")) {
                turnOn(link.name());
            }
        }
    }

    private void turnOn(String link) throws IOException {
        if (!done.add(link)) {
            return;
        }
        set("net/ipv4/conf/" + link + "/forwarding", "1");
        if (!v6 || !has("net/ipv6/conf/" + link)) {
            return;
        }
        String single = "net/ipv6/conf/" + link + "/force_forwarding";
        if (has(single)) {
            set(single, "1");
        } else {
            turnOnAllIpv6();
        }
    }

    private void turnOnAllIpv6() throws IOException {
        if (Sysctl.read("net/ipv6/conf/all/forwarding").equals("1")) {
            return;
        }
        for (Link link : netlink.links()) {
            String acceptRa = "net/ipv6/conf/" + link.name() + "/accept_ra";
            if (has(acceptRa) && Sysctl.read(acceptRa).equals("1")) {
                set(acceptRa, "2");
            }
        }
        set("net/ipv6/conf/all/forwarding", "1");
    }

    private static boolean has(String name) {
        return Files.exists(Path.of("/proc/sys", name));
    }

    private void set(String name, String value) throws IOException {
        String before = Sysctl.read(name);
        if (!before.equals(value)) {
            Sysctl.write(name, value);
            changed.push(new Setting(name, before, value));
            LOG.debug("{}: {} -> {}", name, before, value);
        }
    }

    /** The interfaces that forwarding is on for, by us or by others. */
    List<String> interfaces() {
        return done.stream().sorted().toList();
    }

    /** What somebody else has changed since stays as it is. */
    @Override
    public void close() {
        for (Setting setting : changed) {
            try {
                if (has(setting.name()) && Sysctl.read(setting.name()).equals(setting.now())) {
                    Sysctl.write(setting.name(), setting.before());
                }
            } catch (IOException gone) {
                LOG.debug("{} could not be put back: {}", setting.name(), gone.getMessage());
            }
        }
    }
}
