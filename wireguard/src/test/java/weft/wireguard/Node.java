package weft.wireguard;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What an engine does with the library, for one peer: packets are numbers, and what has no session yet waits. */
final class Node implements Host {
    private static final int STAGED = 128;
    private static final int MTU = 64;

    private final World world;
    private final PrivateKey privateKey;
    private final Map<Integer, Opener> openers = new HashMap<>();
    private final Deque<Long> staged = new ArrayDeque<>();
    private Place place;
    private @Nullable PeerConfig peer;
    private @Nullable Sealer sealer;

    Handshakes handshakes;
    final TestFresh fresh;
    final List<Event> events = new ArrayList<>();

    /** Packet and when it came. */
    final Map<Long, Long> delivered = new LinkedHashMap<>();

    /** How far the wall clock is off. */
    long skew;

    /** Told whenever a record of the peer may have changed. */
    Runnable changed = () -> {};

    /** Told of genuine data from the peer. */
    Runnable heard = () -> {};

    Node(World world, Place place) {
        this(world, place, randomKey(world));
    }

    Node(World world, Place place, PrivateKey privateKey) {
        this.world = world;
        this.place = place;
        this.privateKey = privateKey;
        fresh = new TestFresh(world.random, () -> world.now() + skew);
        handshakes = started();
    }

    static PrivateKey randomKey(World world) {
        byte[] secret = new byte[32];
        world.random.nextBytes(secret);
        return new PrivateKey(secret);
    }

    private Handshakes started() {
        Handshakes fromNothing = new Handshakes(world.crypto, fresh);
        fromNothing.identity(privateKey);
        return fromNothing;
    }

    PublicKey key() {
        return privateKey.publicKey(world.crypto.curve());
    }

    @Override
    public Place place() {
        return place;
    }

    void peer(PeerConfig config) {
        peer = config;
        perform(handshakes.put(config, world.now()));
    }

    private PeerConfig peer() {
        return Objects.requireNonNull(peer);
    }

    Endpoint endpoint() {
        return handshakes.status(peer().publicKey()).orElseThrow().endpoint().orElseThrow();
    }

    int openers() {
        return openers.size();
    }

    /** Forgets all but its configuration, as a process does that is killed and started again. */
    void restart() {
        kill();
        handshakes = started();
        peer(peer());
    }

    /** Nothing is left, and no timer runs. */
    void kill() {
        handshakes.close();
        openers.clear();
        staged.clear();
        sealer = null;
    }

    boolean isAlive() {
        return !handshakes.publicKeys().isEmpty();
    }

    void moveTo(String address) {
        place = new Place(address, place.port());
        world.moved(this);
    }

    void send(long packet) {
        if (staged.size() == STAGED) {
            staged.remove();
        }
        staged.add(packet);
        flush();
        if (!staged.isEmpty()) {
            perform(handshakes.initiate(peer().publicKey(), world.now()));
        }
    }

    private void flush() {
        while (!staged.isEmpty() && seal(staged.element())) {
            staged.remove();
        }
    }

    /** A negative number stands for a keepalive. */
    private boolean seal(long packet) {
        if (sealer == null) {
            return false;
        }
        MemorySegment in = MemorySegment.ofArray(new byte[MTU]);
        in.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, packet);
        byte[] datagram = new byte[MTU + Spec.TRANSPORT_OVERHEAD];
        int length = sealer.seal(
                in, 0, packet < 0 ? 0 : Sealer.padded(8, MTU), MemorySegment.ofArray(datagram), 0, world.now());
        if (length == Sealer.SPENT) {
            return false;
        }
        world.send(Arrays.copyOf(datagram, length), this, endpoint());
        if (sealer.takeRekeyDue()) {
            perform(handshakes.initiate(peer().publicKey(), world.now()));
        }
        return true;
    }

    @Override
    public void receive(byte[] datagram, Endpoint from) {
        MemorySegment in = MemorySegment.ofArray(datagram);
        if (datagram.length >= Spec.TRANSPORT_OVERHEAD && datagram[0] == Spec.TRANSPORT) {
            Opener opener = openers.get(Message.index(datagram, 4));
            if (opener != null) {
                open(opener, in, from);
            }
        } else {
            perform(handshakes.receive(in, 0, datagram.length, from, world.now()));
        }
    }

    private void open(Opener opener, MemorySegment in, Endpoint from) {
        MemorySegment out = MemorySegment.ofArray(new byte[MTU]);
        int length = opener.open(in, 0, (int) in.byteSize(), out, 0, world.now());
        if (length < 0) {
            return;
        }
        handshakes.roamed(peer().publicKey(), from);
        changed.run();
        heard.run();
        if (length > 0) {
            long packet = out.get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
            assertThat(delivered.put(packet, world.now()))
                    .as("packet %d was delivered before", packet)
                    .isNull();
        }
        switch (opener.takeSignal()) {
            case CONFIRMED -> perform(handshakes.confirmed(peer().publicKey(), opener, world.now()));
            case REKEY -> perform(handshakes.initiate(peer().publicKey(), world.now()));
            case NONE -> {}
        }
    }

    long nextTick() {
        return handshakes.nextTickNanos();
    }

    void tick() {
        perform(handshakes.tick(world.now()));
        assertThat(nextTick()).as("a tick leaves nothing due").isGreaterThan(world.now());
    }

    void perform(List<Event> asked) {
        for (Event event : asked) {
            events.add(event);
            switch (event) {
                case Event.Send send -> world.send(send.datagram(), this, send.to());
                case Event.OpenerReady ready -> openers.put(ready.opener().index(), ready.opener());
                case Event.OpenerRetired retired ->
                    openers.remove(retired.opener().index());
                case Event.SealerReady ready -> use(ready);
                case Event.SealerRetired retired -> sealer = null;
                case Event.KeepaliveDue due -> seal(-1);
                case Event.Unreachable unreachable -> staged.clear();
                case Event.Moved moved -> {}
                case Event.Stranger stranger -> {}
                case Event.Rejected rejected -> {}
            }
        }
        assertThat(handshakes.established()).isEqualTo((int)
                handshakes.status().stream().filter(PeerStatus::established).count());
        changed.run();
    }

    private void use(Event.SealerReady ready) {
        sealer = ready.sealer();
        boolean silent = staged.isEmpty();
        flush();
        if (ready.confirm() && silent) {
            seal(-1);
        }
    }

    <E extends Event> List<E> events(Class<E> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }
}
