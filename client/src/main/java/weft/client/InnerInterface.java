package weft.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import weft.api.TunnelConfig;
import weft.netio.Family;
import weft.netio.Link;
import weft.netio.LinkAddress;
import weft.netio.Netlink;
import weft.netio.Prefix;
import weft.netio.Route;
import weft.netio.Sysctl;
import weft.netio.Tun;

/** The tunnel's interface with the device's inner addresses on it. */
final class InnerInterface implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(InnerInterface.class);

    /** Outer IPv6 and UDP headers, and WireGuard's own 32 bytes. */
    private static final int OVERHEAD = 80;

    private static final int STANDARD_MTU = 1420;

    /** Of every IPv6 link (RFC 8200, section 5). */
    private static final int LEAST_MTU = 1280;

    private final Tun tun;
    private final int mtu;
    private final List<LinkAddress> addresses;

    private InnerInterface(Tun tun, int mtu, List<LinkAddress> addresses) {
        this.tun = tun;
        this.mtu = mtu;
        this.addresses = List.copyOf(addresses);
    }

    static InnerInterface open(
            Netlink netlink, TunnelConfig config, Connection.Settings settings, List<InetSocketAddress> endpoints)
            throws IOException {
        int mtu = mtu(netlink, endpoints);
        Tun tun = Tun.open(settings.interfaceName(), settings.offload());
        try {
            netlink.mtu(tun.name(), mtu);
            netlink.up(tun.name());
            List<LinkAddress> addresses = new ArrayList<>();
            addresses.add(LinkAddress.parse(config.inner().addresses().v4()));
            if (enableIpv6(tun.name())) {
                addresses.add(LinkAddress.parse(config.inner().addresses().v6()));
            }
            for (LinkAddress address : addresses) {
                netlink.add(tun.name(), address);
            }
            return new InnerInterface(tun, mtu, addresses);
        } catch (IOException | RuntimeException e) {
            tun.close();
            throw e;
        }
    }

    /** Many machines on IPv4-only networks have it switched off; inside the tunnel it works all the same. */
    private static boolean enableIpv6(String name) {
        try {
            Sysctl.write("net/ipv6/conf/" + name + "/disable_ipv6", "0");
            return true;
        } catch (IOException without) {
            LOG.warn("the tunnel carries IPv4 only: {}", without.getMessage());
            return false;
        }
    }

    /** What fits into one packet of the interfaces that lead to the edge. */
    private static int mtu(Netlink netlink, List<InetSocketAddress> endpoints) throws IOException {
        int mtu = STANDARD_MTU;
        List<Link> links = netlink.links();
        for (InetSocketAddress endpoint : endpoints) {
            InetAddress address = endpoint.getAddress();
            Optional<Route> route = netlink.routeTo(address, PolicyRouting.MARK);
            for (Link link : links) {
                if (route.isPresent() && route.get().link().orElse(0) == link.index()) {
                    mtu = Math.min(mtu, link.mtu() - OVERHEAD);
                }
            }
        }
        return Math.max(mtu, LEAST_MTU);
    }

    String name() {
        return tun.name();
    }

    Tun tun() {
        return tun;
    }

    /** Of the interface, in bytes. */
    int mtu() {
        return mtu;
    }

    List<LinkAddress> addresses() {
        return addresses;
    }

    /** What the tunnel carries. */
    List<Family> families() {
        return addresses.stream()
                .map(address -> Prefix.of(address.address()).family())
                .toList();
    }

    @Override
    public void close() {
        tun.close();
    }
}
