package weft.lab;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import weft.lab.Topology.Link;

/**
 * A running {@link Topology}: private to this program, and gone when it is closed or the program ends, even by kill -9.
 *
 * <p>One thread at a time drives it. All failures are {@link LabException}s whose text is for the user.
 */
public final class World implements AutoCloseable {
    private final Topology topology;
    private final Enclosure enclosure;
    private final Map<String, Link> attached = new LinkedHashMap<>();

    private World(Topology topology, Enclosure enclosure) {
        this.topology = topology;
        this.enclosure = enclosure;
        for (Topology.Node node : topology.nodes()) {
            topology.uplinks(node.name()).stream().limit(1).forEach(link -> attached.put(node.name(), link));
        }
    }

    /** Raises it; every device is on its first uplink. */
    public static World raise(Topology topology) {
        Readiness.demand(Readiness.WORLD_TOOLS);
        return new World(topology, Enclosure.open(Script.of(topology)));
    }

    /** One that another program has raised: it stays when this program ends. */
    static World of(Enclosure enclosure) {
        World world = new World(TopologyText.read(enclosure.read(Script.TOPOLOGY)), enclosure);
        world.attached.keySet().stream().filter(world::roams).forEach(world::findUplink);
        return world;
    }

    private boolean roams(String device) {
        return topology.uplinks(device).size() > 1;
    }

    /** The network that a device has been moved to has its default route; interfaces bear the names of hosts. */
    private void findUplink(String device) {
        String routes = host(device).output("ip", "-4", "route", "show", "default");
        topology.uplinks(device).stream()
                .filter(link -> (routes + " ").contains(" dev " + link.upper() + " "))
                .forEach(link -> attached.put(device, link));
    }

    public Topology topology() {
        return topology;
    }

    public Host host(String name) {
        topology.node(name);
        return new Host(name, enclosure);
    }

    /** The PID of the world's first process; when it goes, all of the world does. */
    public long pid() {
        return enclosure.pid();
    }

    public boolean alive() {
        return enclosure.alive();
    }

    /** The name of the host above, by whose network the device goes now. */
    public String network(String device) {
        return uplink(device).upper();
    }

    /** The device leaves the network it is on for another of its own: addresses and default routes change. */
    public void move(String device, String network) {
        Link from = uplink(device);
        Link to = topology.uplinks(device).stream()
                .filter(link -> link.upper().equals(network))
                .findFirst()
                .orElseThrow(() -> new LabException(device + " has no link to " + network + "."));
        if (to.equals(from)) {
            return;
        }
        List<String> lines = new ArrayList<>(Plan.detach(from));
        lines.addAll(Plan.attach(to));
        host(device).batch(lines);
        attached.put(device, to);
    }

    /** The NAT forgets every mapping; flows that go on get new ports. */
    public void rebind(String nat) {
        host(nat).output("conntrack", "-F");
    }

    /** Packets to these addresses go by another host below from now on, such as an anycast address to another city. */
    public void lead(String from, List<InetAddress> addresses, String to) {
        Link link = topology.uplinks(to).stream()
                .filter(candidate -> candidate.upper().equals(from))
                .findFirst()
                .orElseThrow(() -> new LabException(to + " does not hang below " + from + "."));
        host(from)
                .batch(addresses.stream()
                        .map(address -> Plan.route("replace", Subnet.only(address), List.of(link.below(address))))
                        .toList());
    }

    /** Nothing gets in or out of a host any more, and nobody is told: a cable that is cut far away. */
    public void cut(String host) {
        host(host).feed("""
                        table inet cut {
                          chain in { type filter hook prerouting priority -450; policy drop; }
                          chain out { type filter hook output priority -450; policy drop; }
                        }
                        """, "nft", "-f", "-");
    }

    /** Undoes {@link #cut}. */
    public void mend(String host) {
        host(host).output("nft", "delete", "table", "inet", "cut");
    }

    /** The world stays when this program ends; {@link Lab} finds it again. */
    public void keep() {
        enclosure.keep();
    }

    private Link uplink(String device) {
        return Optional.ofNullable(attached.get(device))
                .orElseThrow(() -> new LabException(device + " hangs on no network of this world."));
    }

    @Override
    public void close() {
        enclosure.close();
    }
}
