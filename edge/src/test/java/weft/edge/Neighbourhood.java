package weft.edge;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import weft.netio.Namespaces;

/**
 * Three network namespaces in a row, gone when it closes: a device's access network, the edge with its anycast addresses, and
 * an Internet side that knows no way back to inner addresses.
 *
 * <pre>
 *  device 198.51.100.2 ── 198.51.100.1 edge 203.0.113.1 ── 203.0.113.2 server
 *         2001:db8:1::2   2001:db8:1::1     2001:db8:2::1   2001:db8:2::2
 *                     anycast 192.0.2.1, 2001:db8::1        10.9.0.2, fd09::2, 169.254.169.254
 * </pre>
 */
final class Neighbourhood implements AutoCloseable {
    static final InetAddress ANYCAST4 = InetAddress.ofLiteral("192.0.2.1");
    static final InetAddress ANYCAST6 = InetAddress.ofLiteral("2001:db8::1");
    static final InetAddress SERVER4 = InetAddress.ofLiteral("203.0.113.2");
    static final InetAddress SERVER6 = InetAddress.ofLiteral("2001:db8:2::2");
    static final InetAddress EDGE4 = InetAddress.ofLiteral("203.0.113.1");
    static final InetAddress EDGE6 = InetAddress.ofLiteral("2001:db8:2::1");

    private interface Resource {
        void close() throws IOException;
    }

    private static final int PATIENCE_MILLIS = 3_000;

    private final String tag =
            "weft" + Integer.toString(ThreadLocalRandom.current().nextInt(36 * 36 * 36 * 36), 36);
    private final List<Resource> open = new ArrayList<>();

    Neighbourhood() throws Exception {
        for (String name : List.of("device", "edge", "server")) {
            run("ip", "netns", "add", tag + name);
            in(name, "ip", "link", "set", "lo", "up");
        }
        join("device", "198.51.100.2/24", "2001:db8:1::2/64", "edge", "198.51.100.1/24", "2001:db8:1::1/64");
        join("server", "203.0.113.2/24", "2001:db8:2::2/64", "edge", "203.0.113.1/24", "2001:db8:2::1/64");
        address("edge", "lo", "192.0.2.1/32", "2001:db8::1/128");
        route("device", "192.0.2.1", "198.51.100.1");
        route("device", "2001:db8::1", "2001:db8:1::1");
        address("edge", "to-server", "10.9.0.1/24", "fd09::1/64");
        address("server", "to-edge", "10.9.0.2/24", "fd09::2/64");
        address("server", "lo", "169.254.169.254/32");
        route("edge", "169.254.169.254", "203.0.113.2");
    }

    private void join(String one, String one4, String one6, String other, String other4, String other6)
            throws IOException {
        run(
                "ip",
                "link",
                "add",
                "to-" + other,
                "netns",
                tag + one,
                "type",
                "veth",
                "peer",
                "name",
                "to-" + one,
                "netns",
                tag + other);
        in(one, "ip", "link", "set", "to-" + other, "up");
        in(other, "ip", "link", "set", "to-" + one, "up");
        address(one, "to-" + other, one4, one6);
        address(other, "to-" + one, other4, other6);
    }

    private void address(String name, String link, String... addresses) throws IOException {
        for (String address : addresses) {
            List<String> command = new ArrayList<>(List.of("ip", "address", "add", address, "dev", link));
            if (address.contains(":")) {
                command.add("nodad");
            }
            in(name, command.toArray(String[]::new));
        }
    }

    private void route(String name, String to, String via) throws IOException {
        in(name, "ip", "route", "add", to, "via", via);
    }

    /** The server gets this address too, and the edge a route to it. */
    void behindTheEdge(String address) throws IOException {
        boolean v6 = address.contains(":");
        address("server", "lo", address + (v6 ? "/128" : "/32"));
        route("edge", address, v6 ? "2001:db8:2::2" : "203.0.113.2");
    }

    /**
     * A way to the edge through a router that forwards one UDP port, 4500, to the edge's 2408:
     * device 198.51.101.2 ── 198.51.101.1 router 172.16.5.1 ── 172.16.5.2 edge.
     */
    void portForward() throws IOException {
        run("ip", "netns", "add", tag + "router");
        open.add(() -> run("ip", "netns", "del", tag + "router"));
        join("device", "198.51.101.2/24", "2001:db8:11::2/64", "router", "198.51.101.1/24", "2001:db8:11::1/64");
        join("router", "172.16.5.1/24", "fd05::1/64", "edge", "172.16.5.2/24", "fd05::2/64");
        in("router", "sysctl", "-q", "-w", "net.ipv4.ip_forward=1");
        in(
                "router",
                "nft",
                "add table ip nat; add chain ip nat pre { type nat hook prerouting priority dstnat; };"
                        + " add rule ip nat pre udp dport 4500 dnat to 172.16.5.2:2408");
        route("edge", "198.51.101.0/24", "172.16.5.1");
    }

    /**
     * A machine for a second edge, which reaches devices and the server by the first one's, as by a router:
     * second 172.16.6.2 ── 172.16.6.1 edge.
     */
    void secondEdge() throws IOException {
        run("ip", "netns", "add", tag + "second");
        open.add(() -> run("ip", "netns", "del", tag + "second"));
        in("second", "ip", "link", "set", "lo", "up");
        join("second", "172.16.6.2/24", "fd06::2/64", "edge", "172.16.6.1/24", "fd06::1/64");
        in("second", "ip", "link", "set", "to-edge", "mtu", "1600");
        in("edge", "ip", "link", "set", "to-second", "mtu", "1600");
        route("second", "198.51.100.0/24", "172.16.6.1");
        route("second", "203.0.113.0/24", "172.16.6.1");
        route("server", "172.16.6.0/24", "203.0.113.1");
        // What it sends from the anycast address passes a machine that has that address too.
        in("edge", "sysctl", "-q", "-w", "net.ipv4.conf.to-second.accept_local=1");
    }

    Path namespace(String name) {
        return Path.of("/run/netns", tag + name);
    }

    /** A name for an interface or socket that no other test uses at the same time. */
    String unique(String suffix) {
        return tag + suffix;
    }

    /** Runs a program in there; its output. */
    String in(String name, String... command) throws IOException {
        List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", tag + name));
        whole.addAll(List.of(command));
        return run(whole.toArray(String[]::new));
    }

    <T> T within(String name, Callable<T> task) throws Exception {
        return Namespaces.within(namespace(name), task);
    }

    /** Closed with the neighbourhood, last first. */
    ServerSocket keep(ServerSocket socket) {
        open.add(socket::close);
        return socket;
    }

    Edge keep(Edge edge) {
        open.add(edge::close);
        return edge;
    }

    /** A program that runs until the neighbourhood closes. */
    Process start(String name, String... command) throws IOException {
        List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", tag + name));
        whole.addAll(List.of(command));
        Process process = new ProcessBuilder(whole).redirectErrorStream(true).start();
        open.add(() -> {
            process.destroy();
            process.onExit().join();
        });
        return process;
    }

    /** Listens on a port in there and tells everybody who comes the address that it sees them come from. */
    void whoAmI(String name, int port) throws Exception {
        ServerSocket server = keep(within(name, () -> new ServerSocket(port, 50, InetAddress.ofLiteral("::"))));
        Thread.ofVirtual().start(() -> {
            while (!server.isClosed()) {
                try (Socket visitor = server.accept()) {
                    visitor.getOutputStream()
                            .write(visitor.getInetAddress().getHostAddress().getBytes(StandardCharsets.US_ASCII));
                } catch (IOException closed) {
                    return;
                }
            }
        });
    }

    /** What {@link #whoAmI} says to a visitor from there. */
    String ask(String name, InetAddress server, int port) throws Exception {
        InetAddress any = InetAddress.ofLiteral(server instanceof Inet4Address ? "0.0.0.0" : "::");
        return ask(name, any, server, port);
    }

    /** As that, from this address. */
    String ask(String name, InetAddress source, InetAddress server, int port) throws Exception {
        return within(name, () -> {
            try (Socket socket = new Socket()) {
                socket.bind(new InetSocketAddress(source, 0));
                socket.setSoTimeout(PATIENCE_MILLIS);
                socket.connect(new InetSocketAddress(server, port), PATIENCE_MILLIS);
                return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            }
        });
    }

    private static String run(String... command) throws IOException {
        return Command.run(List.of(command));
    }

    @Override
    public void close() throws IOException {
        for (Resource resource : open.reversed()) {
            resource.close();
        }
        for (String name : List.of("device", "edge", "server")) {
            run("ip", "netns", "del", tag + name);
        }
    }
}
