package weft.wireguard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Three edges with one static key behind one address, and a device. What a fleet decides is reduced to the least: an
 * initiation goes to the {@link #ingress}, everything else to all, of whom one knows its receiver index; a record of what
 * an edge knows survives it.
 */
final class Fleet implements Host {
    private static final Place ANYCAST = new Place("192.0.2.1", 2408);

    /** The packet that {@link #connect} sends. */
    static final long FIRST = Long.MAX_VALUE;

    private final World world;
    private final Map<Node, PeerRecord> records = new HashMap<>();
    final List<Node> edges;
    final Node device;

    /** Where the router sends what has no owner. */
    Node ingress;

    /** How long a record is under way. */
    long recordDelay;

    /** Which edge heard from the device last. */
    Node holder;

    Fleet(World world) {
        this.world = world;
        PrivateKey key = Node.randomKey(world);
        edges = IntStream.range(0, 3).mapToObj(_ -> world.edge(ANYCAST, key)).toList();
        world.moved(this);
        device = world.node("198.51.100.7");
        for (Node edge : edges) {
            edge.peer(PeerConfig.of(device.key()));
            edge.changed = () -> keepRecord(edge);
            edge.heard = () -> holder = edge;
        }
        device.peer(PeerConfig.of(edges.getFirst().key()).withEndpoint(ANYCAST));
        ingress = edges.getFirst();
        holder = ingress;
    }

    private void keepRecord(Node edge) {
        edge.handshakes.export(device.key()).ifPresent(record -> {
            if (recordDelay == 0) {
                records.put(edge, record);
            } else {
                world.after(recordDelay, () -> records.put(edge, record));
            }
        });
    }

    @Override
    public Place place() {
        return ANYCAST;
    }

    @Override
    public void receive(byte[] datagram, Endpoint from) {
        if (datagram[0] == Spec.INITIATION) {
            firstAlive().receive(datagram, from);
            return;
        }
        edges.forEach(edge -> edge.receive(datagram, from));
    }

    private Node firstAlive() {
        return Stream.concat(Stream.of(ingress), edges.stream())
                .filter(Node::isAlive)
                .findFirst()
                .orElse(ingress);
    }

    /** The device has a session with the ingress, used in both directions. */
    void connect() {
        device.send(FIRST);
        world.runFor(World.SECOND);
        assertThat(ingress.delivered).containsKey(FIRST);
    }

    boolean hasRecord(Node edge) {
        return records.containsKey(edge);
    }

    PeerRecord record(Node edge) {
        return Objects.requireNonNull(records.get(edge));
    }

    /** Whether any edge got the packet. */
    boolean got(long packet) {
        return edges.stream().anyMatch(edge -> edge.delivered.containsKey(packet));
    }

    /** What the record of one edge says, goes on at another. */
    void takeOver(Node from, Node by) {
        assertThat(by.handshakes.restore(record(from), world.now())).isEmpty();
        by.perform(by.handshakes.initiate(device.key(), world.now()));
        ingress = by;
    }
}
