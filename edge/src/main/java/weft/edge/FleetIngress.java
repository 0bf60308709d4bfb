package weft.edge;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import weft.fleet.Forward;
import weft.fleet.Holders;
import weft.fleet.ReceiverIndices;
import weft.fleet.Router;
import weft.fleet.Searches;
import weft.fleet.TagKeys;
import weft.netio.UdpArrival;
import weft.netio.UdpPath;
import weft.netio.UdpSocket;
import weft.tunnel.Arrival;
import weft.tunnel.Ingress;
import weft.wireguard.PublicKey;
import weft.wireguard.Spec;

/**
 * An edge as its city's load balancer: finds out whose a datagram is before anything is decrypted, and passes on what is not
 * ours, by the rules of {@link Router}. Each inbound agent of the tunnel has one, on whose thread it is.
 */
final class FleetIngress implements Ingress {
    private static final ValueLayout.OfInt INDEX = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int RECEIVER = 4;
    private static final int RESPONSE_RECEIVER = 8;
    private static final int NO_CLIENT = 0;

    private final List<UdpSocket> sockets;
    private final int listenPort;
    private final Holders holders;
    private final Holders awaited;
    private final Consumer<byte[]> control;
    private final FleetCounters counters;
    private final Forwarder forwarder;
    private final Forward forward = new Forward();
    private final Router router = new Router();
    private final Searches searches = new Searches();
    private final Strays strays;
    private final Departures departures;
    private volatile @Nullable Routing published;
    private volatile @Nullable TagKeys publishedKeys;
    private int lastIndex;
    private int lastClient = NO_CLIENT;
    private @Nullable ReceiverIndices lastBy;
    private int client;
    private boolean answerable;
    private int streamIndex;
    private int streamLength;
    private boolean inStream;
    private @Nullable TagKeys streamKeys;

    /**
     * @param shard which inbound agent's
     * @param awaited whose handshakes are for us while another edge has the session still
     * @param elsewhere client id → the edge of another city that has offered its session
     * @param control is told what other edges have to say, on this thread
     * @param departed is told of a device whose packet came by an edge of another city, and of that edge's number
     */
    FleetIngress(
            Mesh mesh,
            int shard,
            int listenPort,
            Holders holders,
            Holders awaited,
            Holders elsewhere,
            Consumer<byte[]> control,
            BiConsumer<PublicKey, Integer> departed,
            FleetCounters counters) {
        sockets = mesh.sockets(shard);
        this.listenPort = listenPort;
        this.holders = holders;
        this.awaited = awaited;
        this.control = control;
        this.counters = counters;
        forwarder = new Forwarder(mesh, shard, counters);
        strays = new Strays(router, forwarder, elsewhere, mesh.shards(), counters);
        departures = new Departures(departed);
    }

    Strays strays() {
        return strays;
    }

    /** From the city's thread. The keys are used by this ingress's thread alone from then on. */
    void publish(Routing routing, TagKeys keys) {
        publishedKeys = keys;
        published = routing;
    }

    void publish(Routing routing) {
        published = routing;
    }

    @Override
    public List<UdpSocket> sockets() {
        return sockets;
    }

    @Override
    public boolean isFromAnEdge(Arrival arrival) {
        Routing routing = published;
        return routing != null && isMember(arrival, routing);
    }

    @Override
    public long receiver(Arrival arrival) {
        return Forward.receiver(arrival.buffer(), arrival.at(), arrival.length());
    }

    @Override
    public boolean unwrap(Arrival arrival) {
        Routing routing = published;
        TagKeys keys = publishedKeys;
        if (routing == null || keys == null || !isMember(arrival, routing)) {
            counters.add(FleetCount.NOT_A_MEMBER);
            return false;
        }
        MemorySegment buffer = arrival.buffer();
        if (MeshCipher.isControl(buffer, arrival.at(), arrival.length())) {
            if (arrival.length() <= MeshCipher.MOST_BYTES) {
                control.accept(buffer.asSlice(arrival.at(), arrival.length()).toArray(ValueLayout.JAVA_BYTE));
            }
            return false;
        }
        inStream = false;
        Forward.Verdict verdict = forward.read(buffer, arrival.at(), arrival.length(), keys);
        if (verdict != Forward.Verdict.GENUINE || forward.localPort() != listenPort) {
            counters.add(reason(verdict));
            return false;
        }
        counters.add(FleetCount.RECEIVED);
        arrival.path().set(forward.high(), forward.low(), forward.port(), forward.localHigh(), forward.localLow());
        arrival.unwrapped(forward.datagramAt(), forward.datagramLength());
        return true;
    }

    private boolean isMember(Arrival arrival, Routing routing) {
        return routing.isMember(arrival.path()) || strays.abroad().isMember(arrival.path());
    }

    private static FleetCount reason(Forward.Verdict verdict) {
        return switch (verdict) {
            case TAG -> FleetCount.WRONG_TAG;
            case HOP_LIMIT -> FleetCount.HOP_LIMIT;
            case GENUINE, LENGTH, VERSION, FORMAT, INNER -> FleetCount.MALFORMED;
        };
    }

    @Override
    public boolean transport(Arrival arrival) throws IOException {
        Routing routing = published;
        if (routing == null) {
            return false;
        }
        int index = arrival.buffer().get(INDEX, arrival.at() + RECEIVER);
        if (isOfStream(arrival, index) && repeat(arrival)) {
            return true;
        }
        client = clientOf(index, routing.indices());
        if (client == NO_CLIENT) {
            return false;
        }
        Router.Way way = searches.may(routing.view(), holders, client, System.nanoTime())
                ? decide(arrival, routing)
                : nobodyHere(arrival);
        if (way == Router.Way.TAKE) {
            seek(arrival, routing);
        } else if (way == Router.Way.PASS && !arrival.forwarded()) {
            streamIndex = index;
            streamLength = arrival.length();
            inStream = true;
        }
        return true;
    }

    private void seek(Arrival arrival, Routing routing) throws IOException {
        TagKeys keys = publishedKeys;
        if (keys != null && answerable) {
            strays.seek(forward, arrival, routing, keys, client);
        }
    }

    @Override
    public void opened(Arrival arrival, PublicKey peer) {
        Routing routing = published;
        if (routing != null && Strays.isFromAbroad(arrival, forward, routing)) {
            departures.seen(peer, forward.hop(0));
        }
    }

    /** Whether it follows one that was passed on in this turn, and goes where that one went. */
    private boolean isOfStream(Arrival arrival, int index) {
        UdpArrival from = arrival.path();
        return inStream
                && index == streamIndex
                && arrival.length() == streamLength
                && !arrival.forwarded()
                && forward.isSamePath(from.high(), from.low(), from.port(), from.localHigh(), from.localLow());
    }

    private boolean repeat(Arrival arrival) {
        TagKeys keys = streamKeys;
        return keys != null && forwarder.repeat(forward, arrival.buffer(), arrival.at(), arrival.length(), keys);
    }

    /** Neighbours are mostly of one session. */
    private int clientOf(int index, ReceiverIndices indices) {
        if (index != lastIndex || indices != lastBy) {
            int opened = indices.open(index);
            lastClient = opened == ReceiverIndices.UNKNOWN ? NO_CLIENT : ReceiverIndices.clientId(opened);
            lastIndex = index;
            lastBy = indices;
        }
        return lastClient;
    }

    @Override
    public boolean handshake(Arrival arrival) throws IOException {
        Routing routing = published;
        if (routing == null) {
            return false;
        }
        client = clientOfHandshake(arrival, routing.indices());
        if (client == NO_CLIENT || holders.get(client) == routing.self() || awaited.get(client) == routing.self()) {
            return false;
        }
        if (decide(arrival, routing) != Router.Way.TAKE) {
            return true;
        }
        if (arrival.buffer().get(ValueLayout.JAVA_BYTE, arrival.at()) == Spec.RESPONSE) {
            // To us, if we are about to take over; else to an edge of another city that has taken over there.
            seek(arrival, routing);
        }
        return false;
    }

    private int clientOfHandshake(Arrival arrival, ReceiverIndices indices) {
        MemorySegment in = arrival.buffer();
        long at = arrival.at();
        int type = in.get(ValueLayout.JAVA_BYTE, at);
        if (type == Spec.INITIATION && arrival.length() == Spec.INITIATION_SIZE) {
            if (arrival.forwarded() && forward.clientId() != NO_CLIENT) {
                return forward.clientId();
            }
            return (in.get(ValueLayout.JAVA_BYTE, at + 1) & 0xff) << 16
                    | (in.get(ValueLayout.JAVA_BYTE, at + 2) & 0xff) << 8
                    | (in.get(ValueLayout.JAVA_BYTE, at + 3) & 0xff);
        }
        if (type == Spec.RESPONSE && arrival.length() == Spec.RESPONSE_SIZE) {
            return clientOf(in.get(INDEX, at + RESPONSE_RECEIVER), indices);
        }
        if (type == Spec.COOKIE_REPLY && arrival.length() == Spec.COOKIE_REPLY_SIZE) {
            return clientOf(in.get(INDEX, at + RECEIVER), indices);
        }
        return NO_CLIENT;
    }

    private Router.Way decide(Arrival arrival, Routing routing) throws IOException {
        answerable = true;
        inStream = false;
        Router.Way way = arrival.forwarded()
                ? router.next(forward, routing.view(), holders, client)
                : first(arrival.path(), routing);
        if (way == Router.Way.PASS) {
            pass(arrival, routing.path(router.to()));
        } else if (way == Router.Way.DROP) {
            counters.add(FleetCount.HOP_LIMIT);
        }
        return way;
    }

    private Router.Way nobodyHere(Arrival arrival) {
        inStream = false;
        answerable = arrival.forwarded() || hasPath(arrival.path());
        return Router.Way.TAKE;
    }

    private Router.Way first(UdpArrival from, Routing routing) {
        Router.Way way = router.first(forward, routing.view(), holders, client);
        answerable = hasPath(from);
        return answerable ? way : Router.Way.TAKE;
    }

    private boolean hasPath(UdpArrival from) {
        return forward.path(from.high(), from.low(), from.port(), from.localHigh(), from.localLow(), listenPort);
    }

    private void pass(Arrival arrival, @Nullable UdpPath to) throws IOException {
        TagKeys keys = publishedKeys;
        if (to == null || keys == null) {
            counters.add(FleetCount.UNSENT);
            return;
        }
        streamKeys = keys;
        counters.add(arrival.forwarded() ? FleetCount.PASSED_ON : FleetCount.FORWARDED);
        forwarder.send(forward, arrival.buffer(), arrival.at(), arrival.length(), to, keys);
    }

    /** How a message came that {@link #handshake} left to the control agent. */
    @Override
    public Passage passage(Arrival arrival) {
        if (client == NO_CLIENT || published == null) {
            return Passage.DIRECT;
        }
        return arrival.forwarded() ? Hops.of(forward, client) : Hops.none(client);
    }

    @Override
    public void arrived(int datagrams) {
        counters.add(FleetCount.ARRIVED, datagrams);
    }

    @Override
    public void flush() {
        inStream = false;
        forwarder.flush();
    }
}
