package weft.tunnel;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import weft.netio.Errno;
import weft.netio.ErrnoException;
import weft.netio.UdpPath;
import weft.wireguard.AllowedIps;
import weft.wireguard.Endpoint;
import weft.wireguard.Event;
import weft.wireguard.Handshakes;
import weft.wireguard.OpenedInitiation;
import weft.wireguard.Opener;
import weft.wireguard.PeerConfig;
import weft.wireguard.PeerStatus;
import weft.wireguard.PrivateKey;
import weft.wireguard.PublicKey;

/** Handshakes, timers and every change of peers; the only writer of what the packet path reads. */
final class Control implements Agent, InboundListener, OutboundListener {
    private static final Logger LOG = LoggerFactory.getLogger(Control.class);
    private static final int LOOK_UPS = 1024;

    private final Ticker ticker;
    private final Handshakes handshakes;
    private final OpenerTable openers;
    private final Counters counters;
    private final Strangers strangers;
    private final TunnelListener listener;
    private final boolean fixedSource;
    private final Map<PublicKey, Link> links = new LinkedHashMap<>();
    private final PeerRoutes routes;
    private final Set<PublicKey> lookedUp = new HashSet<>();
    private final Arena arena = Arena.ofShared();
    private final MemorySegment datagram = arena.allocate(256);
    private final Mailbox<Runnable> commands = new Mailbox<>(Tuning.HANDSHAKES_WAITING, this::wake);
    private volatile @Nullable Thread thread;
    private volatile boolean closed;
    private @Nullable Outbound outbound;
    private @Nullable Sockets sockets;

    Control(
            Ticker ticker,
            Handshakes handshakes,
            OpenerTable openers,
            AllowedIps<Link> allowedIps,
            Counters counters,
            Strangers strangers,
            TunnelListener listener,
            boolean fixedSource) {
        this.ticker = ticker;
        this.handshakes = handshakes;
        this.openers = openers;
        routes = new PeerRoutes(allowedIps);
        this.counters = counters;
        this.strangers = strangers;
        this.listener = listener;
        this.fixedSource = fixedSource;
    }

    /** Before the start only: the agents know each other. */
    void outbound(Outbound agent) {
        outbound = agent;
    }

    @Override
    public String name() {
        return "control";
    }

    @Override
    public int doWork() {
        thread = Thread.currentThread();
        int work = 0;
        for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
            command.run();
            work++;
        }
        long now = ticker.now();
        if (now >= handshakes.nextTickNanos()) {
            apply(handshakes.tick(now));
            work++;
        }
        return work;
    }

    @Override
    public void await() {
        long next = handshakes.nextTickNanos();
        if (!commands.isEmpty()) {
            return;
        }
        if (next == Long.MAX_VALUE) {
            LockSupport.park(this);
        } else {
            LockSupport.parkNanos(this, next - ticker.now());
        }
    }

    @Override
    public void wake() {
        LockSupport.unpark(thread);
    }

    /** From any other thread: runs on this agent and returns what it yields. */
    <T> T call(Supplier<T> task) {
        if (Thread.currentThread() == thread) {
            throw new IllegalStateException("a listener may not call the tunnel: it would wait for itself");
        }
        CompletableFuture<T> result = new CompletableFuture<>();
        commands.put(() -> {
            try {
                result.complete(task.get());
            } catch (RuntimeException e) {
                result.completeExceptionally(e);
            } catch (Error e) {
                result.completeExceptionally(e);
                throw e;
            }
        });
        if (closed) {
            result.completeExceptionally(new IllegalStateException("the tunnel is closed"));
        }
        try {
            return result.join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw failed;
        }
    }

    /** The following run on this agent's thread, by {@link #call}. */
    void rebind(Sockets replacement, Runnable done) {
        sockets = replacement;
        tell(new Outbound.Command.Rebind(replacement, done));
    }

    void privateKey(PrivateKey key) {
        apply(handshakes.identity(key));
        handshakes.publicKey().ifPresent(this::forget);
    }

    void clearPrivateKey() {
        apply(handshakes.clearIdentity());
    }

    Optional<PublicKey> publicKey() {
        return handshakes.publicKey();
    }

    void put(PeerSetup setup) {
        if (handshakes.publicKey().filter(setup.publicKey()::equals).isPresent()) {
            return;
        }
        Link link = links.computeIfAbsent(setup.publicKey(), Link::new);
        routes.set(link, setup.allowedIps());
        Optional<Remote> endpoint = setup.endpoint().map(to -> remote(link, to));
        endpoint.ifPresent(link::remote);
        PeerConfig config = new PeerConfig(
                setup.publicKey(),
                setup.presharedKey(),
                endpoint.map(remote -> remote),
                setup.persistentKeepaliveSeconds(),
                setup.reserved());
        apply(handshakes.put(config, ticker.now()));
    }

    /** Where the peer is already, it stays with the source address that it knows. */
    private static Remote remote(Link link, InetSocketAddress to) {
        Remote known = link.remote();
        return known != null && known.path().remote().equals(to) ? known : new Remote(UdpPath.to(to));
    }

    void remove(PublicKey key) {
        apply(handshakes.remove(key));
        forget(key);
    }

    private void forget(PublicKey key) {
        Link link = links.remove(key);
        if (link != null) {
            routes.set(link, List.of());
            tell(new Outbound.Command.Discard(link));
        }
    }

    List<PeerState> peers() {
        return handshakes.status().stream().map(this::state).toList();
    }

    Optional<PeerState> peer(PublicKey key) {
        return handshakes.status(key).map(this::state);
    }

    private PeerState state(PeerStatus status) {
        PublicKey key = status.config().publicKey();
        Link link = links.get(key);
        Remote remote = link == null ? null : link.remote();
        Optional<InetSocketAddress> endpoint =
                Optional.ofNullable(remote).map(known -> known.path().remote());
        return new PeerState(
                key,
                status.config().presharedKey(),
                endpoint,
                link == null ? List.of() : routes.of(link),
                status.config().persistentKeepaliveSeconds(),
                status.lastHandshakeUnixNanos(),
                status.receivedBytes(),
                status.sentBytes(),
                status.established());
    }

    void initiate(PublicKey key) {
        apply(handshakes.initiate(key, ticker.now()));
    }

    void endpoint(PublicKey key, InetSocketAddress to) {
        Link link = links.get(key);
        if (link != null) {
            Remote remote = new Remote(UdpPath.to(to));
            link.remote(remote);
            handshakes.roamed(key, remote);
        }
    }

    void keepalive(PublicKey key) {
        tell(key, true);
    }

    @Override
    public void handshake(MemorySegment in, Remote from) {
        if (in.byteSize() > datagram.byteSize()) {
            counters.drop(Drop.MALFORMED);
            return;
        }
        byte[] bytes = in.toArray(ValueLayout.JAVA_BYTE);
        if (!commands.offer(() -> receive(bytes, from))) {
            counters.drop(Drop.HANDSHAKE);
        }
    }

    private void receive(byte[] bytes, Remote from) {
        received(handshakes.receive(MemorySegment.ofArray(bytes), 0, bytes.length, from, ticker.now()), from);
    }

    private void received(List<Event> events, Remote from) {
        apply(events);
        for (Event event : events) {
            if (event instanceof Event.Stranger stranger) {
                lookUp(stranger.key(), stranger.initiation(), from);
            }
        }
    }

    private void lookUp(PublicKey key, OpenedInitiation initiation, Remote from) {
        if (lookedUp.size() >= LOOK_UPS || !lookedUp.add(key)) {
            drop(initiation);
            return;
        }
        var _ = answer(key)
                .whenComplete((found, failure) -> commands.put(() -> {
                    lookedUp.remove(key);
                    if (failure != null) {
                        LOG.warn("a device could not be looked up: {}", failure.toString());
                        initiation.close();
                    } else if (found.isPresent()) {
                        put(found.get());
                        received(handshakes.receive(initiation, from, ticker.now()), from);
                    } else {
                        drop(initiation);
                    }
                }));
    }

    private void drop(OpenedInitiation initiation) {
        initiation.close();
        counters.drop(Drop.HANDSHAKE);
    }

    private CompletableFuture<Optional<PeerSetup>> answer(PublicKey key) {
        try {
            return strangers.lookUp(key);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public void confirmed(Link link, Opener opener) {
        commands.put(() -> apply(handshakes.confirmed(link.peer(), opener, ticker.now())));
    }

    @Override
    public void wanted(Link link) {
        commands.put(() -> initiate(link.peer()));
    }

    @Override
    public void roamed(Link link) {
        if (link.mayTellOfMove()) {
            commands.put(() -> moved(link));
        }
    }

    private void moved(Link link) {
        link.moveHeard();
        Remote remote = link.remote();
        if (remote != null) {
            handshakes.roamed(link.peer(), remote);
        }
    }

    @Override
    public void refused(UdpPath path, IOException why) {
        if (isSourceGone(path, why) && !commands.offer(() -> leaveSource(path))) {
            LOG.debug("too busy to look for another source address");
        }
    }

    private boolean isSourceGone(UdpPath path, IOException why) {
        return !fixedSource
                && path.local().isPresent()
                && why instanceof ErrnoException known
                && (known.errno() == Errno.EINVAL
                        || known.errno() == Errno.EADDRNOTAVAIL
                        || known.errno() == Errno.ENETUNREACH);
    }

    /** The address that peers knew us by is gone, as on a change of networks: the kernel picks another for each of them. */
    private void leaveSource(UdpPath refused) {
        for (Link link : links.values()) {
            Remote remote = link.remote();
            if (remote != null && remote.path().local().equals(refused.local())) {
                Remote free = new Remote(remote.path().anySource());
                link.remote(free);
                handshakes.roamed(link.peer(), free);
            }
        }
    }

    private void apply(List<Event> events) {
        for (Event event : events) {
            apply(event);
        }
    }

    private void apply(Event event) {
        switch (event) {
            case Event.Send(byte[] bytes, Endpoint to) -> send(bytes, (Remote) to);
            case Event.OpenerReady(PublicKey peer, Opener opener) -> {
                Link link = links.get(peer);
                if (link != null) {
                    openers.put(opener.index(), opener, link);
                }
            }
            case Event.OpenerRetired retired -> openers.remove(retired.opener().index());
            case Event.SealerReady ready -> sealerReady(ready);
            case Event.SealerRetired(PublicKey peer) -> {
                Link link = links.get(peer);
                if (link != null) {
                    link.sealer(null);
                }
            }
            case Event.KeepaliveDue(PublicKey peer) -> tell(peer, true);
            case Event.Moved(PublicKey peer, Endpoint to) -> {
                Link link = links.get(peer);
                if (link != null) {
                    link.remote((Remote) to);
                }
            }
            case Event.Unreachable(PublicKey peer) -> unreachable(peer);
            case Event.Rejected(Event.Reason reason) -> {
                LOG.trace("handshake message dropped: {}", reason);
                counters.drop(Drop.HANDSHAKE);
            }
            case Event.Stranger stranger -> {}
        }
    }

    private void sealerReady(Event.SealerReady ready) {
        Link link = links.get(ready.peer());
        if (link != null) {
            link.sealer(ready.sealer());
            tell(new Outbound.Command.Flush(link, ready.confirm()));
            listener.established(ready.peer());
        }
    }

    private void unreachable(PublicKey peer) {
        Link link = links.get(peer);
        if (link != null) {
            tell(new Outbound.Command.Discard(link));
        }
        listener.unreachable(peer);
    }

    private void tell(PublicKey peer, boolean keepalive) {
        Link link = links.get(peer);
        if (link != null) {
            tell(new Outbound.Command.Flush(link, keepalive));
        }
    }

    private void tell(Outbound.Command command) {
        if (outbound != null) {
            outbound.tell(command);
        }
    }

    private void send(byte[] bytes, Remote to) {
        if (sockets == null) {
            return;
        }
        MemorySegment.copy(bytes, 0, datagram, ValueLayout.JAVA_BYTE, 0, bytes.length);
        try {
            sendOrDrop(sockets, bytes.length, to.path());
        } catch (IOException networkTrouble) {
            LOG.debug("a handshake message could not be sent: {}", networkTrouble.getMessage());
            counters.drop(Drop.SEND);
        }
    }

    private void sendOrDrop(Sockets by, int length, UdpPath path) throws IOException {
        boolean sent;
        try {
            sent = by.of(path).send(datagram, 0, length, path);
        } catch (IOException refusal) {
            if (!isSourceGone(path, refusal)) {
                throw refusal;
            }
            leaveSource(path);
            sent = by.of(path).send(datagram, 0, length, path.anySource());
        }
        if (!sent) {
            counters.drop(Drop.SEND);
        }
    }

    @Override
    public void close() {
        closed = true;
        for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
            command.run();
        }
        handshakes.close();
        arena.close();
    }
}
