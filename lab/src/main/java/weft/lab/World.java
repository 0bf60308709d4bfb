package weft.lab;

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
