package weft.tunnel;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;
import java.util.function.ToIntFunction;
import weft.netio.Family;
import weft.netio.SteeringProgram;
import weft.netio.Tun;
import weft.netio.TunReader;
import weft.netio.TunWriter;
import weft.netio.Unfinished;
import weft.wireguard.AllowedIps;
import weft.wireguard.CookieKeys;
import weft.wireguard.Crypto;
import weft.wireguard.Event;
import weft.wireguard.Fresh;
import weft.wireguard.HandshakeGate;
import weft.wireguard.Handshakes;
import weft.wireguard.PrivateKey;
import weft.wireguard.PublicKey;

/**
 * WireGuard between a TUN and the network: the one engine under edge, client and {@code weft wg}.
 *
 * <p>Three agents, each with a thread: <i>inbound</i> (UDP → TUN; several of them where there are {@link Shards}),
 * <i>outbound</i> (TUN → UDP), and <i>control</i> (handshakes, timers, peers), which alone writes what the others read. Methods may be called from any thread and
 * return when the change is in force; not from a {@link TunnelListener}. When an agent fails, all end: what needs them throws
 * {@link IllegalStateException} from then on, as it does after {@link #close}.
 */
public final class Tunnel implements AutoCloseable {
    private final Tun tun;
    private final boolean offload;
    private final Crypto crypto;
    private final Counters counters;
    private final Sessions sessions;
    private final Control control;
    private final Shards shards;
    private final SteeringProgram steering;
    private final List<Inbound> inbound;
    private final Outbound outbound;
    private final Agents agents;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile Sockets sockets;
    private List<InetSocketAddress> listen;
    private int mark;

    /** @param parts gets what is to be closed again if this fails */
    private Tunnel(Builder builder, Tun tun, Unfinished parts) throws IOException {
        this.tun = tun;
        offload = builder.offload;
        crypto = builder.crypto;
        listen = builder.listen;
        mark = builder.mark;
        shards = builder.shards;
        steering = builder.steering.orElseGet(() -> Steering.program(shards.count()));
        counters = new Counters();
        Ticker ticker = new Ticker();
        OpenerTable openers = new OpenerTable();
        AllowedIps<Link> allowedIps = new AllowedIps<>();
        Peers peers = new Peers(allowedIps, shards.count());
        Fresh fresh = new SystemFresh(new SteeredIndices(builder.indices, shards.count(), peers)::candidate);
        Handshakes handshakes = builder.cookieKeys
                .map(keys -> new Handshakes(crypto, fresh, keys))
                .orElseGet(() -> new Handshakes(crypto, fresh));
        Sources sources = new Sources(peers, handshakes, builder.fixedSource);
        HandshakeSender sender = new HandshakeSender(sources, counters);
        TunnelListener listener = new GuardedListener(builder.listener);
        Ending ending = new Ending();
        sessions = new Sessions(ticker, handshakes, peers, openers, sender, counters, listener);
        control = new Control(ticker, sessions, sources, builder.strangers, counters, ending);
        sockets = parts.add(open(listen));
        inbound = new ArrayList<>();
        Strays strays = new Strays(shards.count(), counters);
        List<HandshakeGate> gates = handshakes.gates(shards.count());
        for (int shard = 0; shard < shards.count(); shard++) {
            HandshakeGate gate = gates.get(shard);
            Ingress ingress = builder.ingress.apply(shard);
            TunWriter writer = new TunWriter(tun);
            inbound.add(parts.add(
                    new Inbound(ticker, openers, allowedIps, writer, counters, control, gate, ingress, strays, shard)));
        }
        outbound = new Outbound(ticker, allowedIps, new TunReader(tun), tun.fd(), builder.mtu, counters, control);
        sessions.outbound(outbound);
        List<Agent> all = new ArrayList<>(List.of(outbound, control));
        all.addAll(inbound);
        agents = parts.add(new Agents(tun.name(), all, ending, listener::failed));
        agents.start();
        use(sockets);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The TUN's name. */
    public String name() {
        return tun.name();
    }

    /** One line for a person: the crypto and the kernel features in use. */
    public String describe() {
        return "AEAD " + crypto.aead().name() + ", X25519 " + crypto.curve().name() + ", TUN " + tun.describe()
                + ", UDP " + sockets.describe() + (shards.equals(Shards.ONE) ? "" : ", " + shards.describe());
    }

    /** Changes our key; all sessions end. */
    public void privateKey(PrivateKey key) {
        run(() -> sessions.privateKey(key));
    }

    /** Forgets our key; all sessions end, and none begins before there is another key. */
    public void clearPrivateKey() {
        run(sessions::clearPrivateKey);
    }

    /**
     * Adds a second key: handshakes with either are answered, and each peer is spoken to by the key that it uses.
     *
     * @throws IllegalStateException if there are two already
     */
    public void addPrivateKey(PrivateKey key) {
        run(() -> sessions.addPrivateKey(key));
    }

    /** Forgets one of our keys; the sessions that were made with it end. */
    public void retirePrivateKey(PublicKey key) {
        run(() -> sessions.retirePrivateKey(key));
    }

    /** All that are ours, in the order in which they were added. */
    public List<PublicKey> publicKeys() {
        return control.call(sessions::publicKeys);
    }

    /** The first that is ours. */
    public Optional<PublicKey> publicKey() {
        return control.call(sessions::publicKey);
    }

    /** Adds a peer or changes one. An allowed IP that was another peer's moves to this one. */
    public void put(PeerSetup peer) {
        run(() -> sessions.put(peer));
    }

    public void remove(PublicKey peer) {
        run(() -> sessions.remove(peer));
    }

    /** Begins a handshake now rather than with the first packet. */
    public void initiate(PublicKey peer) {
        run(() -> sessions.initiate(peer));
    }

    /** Sends to there from now on; sessions go on, and the kernel picks our source address anew. */
    public void endpoint(PublicKey peer, InetSocketAddress to) {
        run(() -> sessions.endpoint(peer, to));
    }

    /** Sends an empty packet, if there is a session: so the peer learns our new place without a handshake. */
    public void keepalive(PublicKey peer) {
        run(() -> sessions.keepalive(peer));
    }

    /** What another edge needs to go on with this peer's session; empty if the peer is unknown, or nobody knows where it is. */
    public Optional<Handover> export(PublicKey peer) {
        return control.call(() -> sessions.export(peer));
    }

    /**
     * Goes on with a session that another edge had: begins a handshake, to where the peer was.
     *
     * @return why the record is refused, and then nothing has changed but that the peer is known; empty if it is not
     */
    public Optional<Event.Reason> takeOver(PeerSetup peer, Handover from) {
        return control.call(() -> sessions.takeOver(peer, from));
    }

    /** Another edge has the peer now: we send it nothing any more, but open what is still under way to us. */
    public void release(PublicKey peer) {
        run(() -> sessions.release(peer));
    }

    public List<PeerState> peers() {
        return control.call(sessions::peers);
    }

    public Optional<PeerState> peer(PublicKey key) {
        return control.call(() -> sessions.peer(key));
    }

    public int port() {
        return sockets.port();
    }

    public int mark() {
        return mark;
    }

    /** Listens on these addresses instead; peers learn of it with our next datagram. */
    public synchronized void listen(List<InetSocketAddress> addresses) throws IOException {
        if (addresses.equals(sockets.addresses())) {
            return;
        }
        Sockets replacement = open(addresses);
        try {
            use(replacement);
        } catch (IllegalStateException closedMeanwhile) {
            replacement.close();
            throw closedMeanwhile;
        }
        listen = List.copyOf(addresses);
    }

    /** Sets the firewall mark of our datagrams; 0 for none. */
    public synchronized void mark(int changed) throws IOException {
        sockets.mark(changed);
        mark = changed;
    }

    /** From agent to agent, and inbound last: it closes the former sockets, by which the others must not send then. */
    private void use(Sockets replacement) {
        run(() -> sessions.rebind(replacement, () -> inbound.forEach(agent -> agent.rebind(replacement))));
        sockets = replacement;
    }

    /** Packets and datagrams that went nowhere since the start. */
    public Map<Drop, Long> drops() {
        return counters.snapshot();
    }

    /** Datagrams that came to another shard than their session's, and were opened nevertheless, since the start. */
    public long strays() {
        return counters.strays();
    }

    private Sockets open(List<InetSocketAddress> addresses) throws IOException {
        return Sockets.open(addresses, mark, offload, shards.count(), steering);
    }

    private void run(Runnable task) {
        control.call(() -> {
            task.run();
            return true;
        });
    }

    /** Ends all sessions, zeroes the keys and closes sockets and TUN. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            agents.close();
            inbound.forEach(Inbound::closeSockets);
            sockets.close();
            tun.close();
        }
    }

    /** Everything but {@link #tun} has a default. */
    public static final class Builder {
        private static final SecureRandom RANDOM = new SecureRandom();

        private Optional<Tun> tun = Optional.empty();
        private List<InetSocketAddress> listen = wildcard(0);
        private int mtu = 1420;
        private int mark;
        private boolean offload = true;
        private boolean fixedSource;
        private Crypto crypto = NativeCrypto.best();
        private Strangers strangers = Strangers.REFUSED;
        private TunnelListener listener = TunnelListener.NONE;
        private IntFunction<Ingress> ingress = shard -> Ingress.NONE;
        private Shards shards = Shards.ONE;
        private Optional<SteeringProgram> steering = Optional.empty();
        private Optional<CookieKeys> cookieKeys = Optional.empty();
        private ToIntFunction<PublicKey> indices = peer -> RANDOM.nextInt();

        private Builder() {}

        /** The device that the packets come from and go to. The tunnel closes it. */
        public Builder tun(Tun device) {
            tun = Optional.of(device);
            return this;
        }

        /** One address of each family, or {@code [::]} for both; port 0 for any. */
        public Builder listen(List<InetSocketAddress> addresses) {
            listen = List.copyOf(addresses);
            return this;
        }

        /** Both families on this port; 0 for any. IPv4 alone where the machine has no IPv6. */
        public Builder port(int port) {
            return listen(wildcard(port));
        }

        /** Packets are not padded beyond it; 1420 by default. */
        public Builder mtu(int bytes) {
            mtu = bytes;
            return this;
        }

        public Builder mark(int firewallMark) {
            mark = firewallMark;
            return this;
        }

        /** Whether UDP segmentation and coalescing are used where the kernel has them; they are by default. */
        public Builder offload(boolean wanted) {
            offload = wanted;
            return this;
        }

        /**
         * Datagrams to a peer leave from the address that it wrote to or not at all: for edges, which must not be seen on
         * another address than the fleet's. By default a source address that is gone is left to the kernel to replace.
         */
        public Builder fixedSource() {
            fixedSource = true;
            return this;
        }

        /** By default the fastest that this machine has, see {@link NativeCrypto}. */
        public Builder crypto(Crypto primitives) {
            crypto = primitives;
            return this;
        }

        public Builder strangers(Strangers lookUp) {
            strangers = lookUp;
            return this;
        }

        public Builder listener(TunnelListener hears) {
            listener = hears;
            return this;
        }

        /**
         * None by default: what no session answers for is dropped.
         *
         * @param ofShard one for each shard, numbered from 0
         */
        public Builder ingress(IntFunction<Ingress> ofShard) {
            ingress = ofShard;
            return this;
        }

        /** One by default. */
        public Builder shards(Shards count) {
            shards = count;
            return this;
        }

        /** What deals out among the shards instead, so that tests can have it go wrong. */
        Builder steering(SteeringProgram program) {
            steering = Optional.of(program);
            return this;
        }

        /** What cookies are made from, for several threads; random by default, and good here only. */
        public Builder cookieKeys(CookieKeys shared) {
            cookieKeys = Optional.of(shared);
            return this;
        }

        /** How receiver indices are chosen; random by default. */
        public Builder receiverIndices(ToIntFunction<PublicKey> choice) {
            indices = choice;
            return this;
        }

        /** Opens the sockets and starts the agents. Where that fails, the TUN stays the caller's. */
        public Tunnel start() throws IOException {
            Tun device = tun.orElseThrow(() -> new IllegalStateException("a tunnel needs a TUN"));
            try (Unfinished parts = new Unfinished()) {
                Tunnel tunnel = new Tunnel(this, device, parts);
                parts.stands();
                return tunnel;
            }
        }
    }

    /** What to listen on for both address families, as far as the calling thread's network namespace has them. */
    public static List<InetSocketAddress> wildcard(int port) {
        InetAddress any = InetAddress.ofLiteral(Family.IPV6.isSupported() ? "::" : "0.0.0.0");
        return List.of(new InetSocketAddress(any, port));
    }
}
