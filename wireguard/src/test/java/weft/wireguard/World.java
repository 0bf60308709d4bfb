package weft.wireguard;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;

/** Virtual time: what is to happen, in order, and the nodes whose timers run. */
final class World {
    static final long MILLI = 1_000_000L;
    static final long SECOND = 1_000_000_000L;

    private record Action(long at, long order, Runnable run) implements Comparable<Action> {
        @Override
        public int compareTo(Action other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
        }
    }

    /** One datagram as an onlooker sees it. */
    record Seen(long at, Node from, byte[] datagram) {
        int type() {
            return datagram[0];
        }
    }

    final Random random;
    final Link link;
    final RecordingAead aead = new RecordingAead();
    final Crypto crypto;
    final List<Seen> wire = new ArrayList<>();

    private final PriorityQueue<Action> actions = new PriorityQueue<>();
    private final List<Node> nodes = new ArrayList<>();
    private final Map<Place, Host> places = new HashMap<>();
    private long order;
    private long now;

    World(long seed, Curve curve) {
        random = new Random(seed);
        link = new Link(this);
        crypto = new Crypto(aead, curve, new Blake2s());
    }

    long now() {
        return now;
    }

    Node node(String address) {
        Node node = new Node(this, new Place(address, 51820));
        nodes.add(node);
        places.put(node.place(), node);
        return node;
    }

    /** One of several with the same key, at an address that somebody else answers for. */
    Node edge(Place place, PrivateKey key) {
        Node node = new Node(this, place, key);
        nodes.add(node);
        return node;
    }

    /** The host answers at this place too from now on. */
    void moved(Host host) {
        places.put(host.place(), host);
    }

    void send(byte[] datagram, Node from, Endpoint to) {
        wire.add(new Seen(now, from, datagram));
        Host receiver = places.get(to);
        if (receiver != null && receiver.place().equals(to)) {
            link.carry(datagram, from.place(), receiver);
        }
    }

    void at(long when, Runnable run) {
        actions.add(new Action(Math.max(when, now), order++, run));
    }

    void after(long delay, Runnable run) {
        at(now + delay, run);
    }

    /** Repeats an action, first now, last before {@code until}. */
    void every(long interval, long until, Runnable run) {
        for (long when = now; when < until; when += interval) {
            at(when, run);
        }
    }

    /** Lets everything happen up to and including that moment. */
    void runUntil(long until) {
        while (true) {
            Action action = actions.peek();
            long next = action == null ? Long.MAX_VALUE : action.at();
            Node first = null;
            for (Node node : nodes) {
                if (node.nextTick() < next) {
                    next = node.nextTick();
                    first = node;
                }
            }
            if (next > until) {
                now = until;
                return;
            }
            now = Math.max(now, next);
            if (first != null) {
                first.tick();
            } else {
                actions.remove().run().run();
            }
        }
    }

    void runFor(long duration) {
        runUntil(now + duration);
    }
}
