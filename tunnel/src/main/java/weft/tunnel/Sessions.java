package weft.tunnel;

import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import weft.netio.UdpPath;
import weft.wireguard.Endpoint;
import weft.wireguard.Event;
import weft.wireguard.Handshakes;
import weft.wireguard.OpenedInitiation;
import weft.wireguard.Opener;
import weft.wireguard.PeerConfig;
import weft.wireguard.PrivateKey;
import weft.wireguard.PublicKey;

/**
 * The peers and their sessions: what happens in {@link Handshakes} takes effect on the packet path here, and nowhere else.
 * The control agent's thread only.
 */
final class Sessions implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);

    private final Ticker ticker;
    private final Handshakes handshakes;
    private final Peers peers;
    private final OpenerTable openers;
    private final HandshakeSender sender;
    private final Counters counters;
    private final TunnelListener listener;
    private @Nullable Outbound outbound;

    Sessions(
            Ticker ticker,
            Handshakes handshakes,
            Peers peers,
            OpenerTable openers,
            HandshakeSender sender,
            Counters counters,
            TunnelListener listener) {
        this.ticker = ticker;
        this.handshakes = handshakes;
        this.peers = peers;
        this.openers = openers;
        this.sender = sender;
        this.counters = counters;
        this.listener = listener;
    }

    /** Before the start only: the agents know each other. */
    void outbound(Outbound agent) {
        outbound = agent;
    }

    long nextTickNanos() {
        return handshakes.nextTickNanos();
    }

    void tick(long now) {
        apply(handshakes.tick(now));
    }

    /** @return what a stranger wrote who wants a session */
    Optional<OpenedInitiation> receive(HandshakeMessage message, Remote from) {
        byte[] bytes = message.bytes();
        List<Event> events = handshakes.receive(MemorySegment.ofArray(bytes), 0, bytes.length, from, ticker.now());
        apply(events);
        for (Event event : events) {
            if (event instanceof Event.Stranger stranger) {
                return Optional.of(stranger.initiation());
            }
        }
        return Optional.empty();
    }

    /** The stranger has become a peer. */
    void answer(OpenedInitiation opened, Remote from) {
        for (Event event : handshakes.receive(opened, from, ticker.now())) {
            if (event instanceof Event.Stranger) {
                opened.close();
            }
            apply(event);
        }
    }

    /** What another edge needs to go on with a peer's session, and where the peer is; empty if it is nowhere. */
    Optional<Handover> export(PublicKey key) {
        Link link = peers.link(key);
        Remote remote = link == null ? null : link.remote();
        return remote == null
                ? Optional.empty()
                : handshakes.export(key).map(record -> new Handover(record, remote.path()));
    }

    /** @return why not; empty if an initiation is on its way */
    Optional<Event.Reason> takeOver(PeerSetup setup, Handover from) {
        put(setup);
        Link link = peers.link(setup.publicKey());
        if (link == null) {
            return Optional.of(Event.Reason.NO_PEER);
        }
        Remote remote = new Remote(from.path());
        Optional<Event.Reason> refusal = handshakes.restore(from.at(remote), ticker.now());
        if (refusal.isEmpty()) {
            link.remote(remote);
            initiate(setup.publicKey());
        }
        return refusal;
    }

    void rebind(Sockets replacement, Runnable done) {
        sender.use(replacement);
        tell(new Outbound.Command.Rebind(replacement, done));
    }

    void privateKey(PrivateKey key) {
        apply(handshakes.identity(key));
        handshakes.publicKey().ifPresent(this::forget);
    }

    void addPrivateKey(PrivateKey key) {
        apply(handshakes.addIdentity(key));
        handshakes.publicKeys().forEach(this::forget);
    }

    void retirePrivateKey(PublicKey key) {
        apply(handshakes.retireIdentity(key));
    }

    List<PublicKey> publicKeys() {
        return handshakes.publicKeys();
    }

    void clearPrivateKey() {
        apply(handshakes.clearIdentity());
    }

    Optional<PublicKey> publicKey() {
        return handshakes.publicKey();
    }

    void put(PeerSetup setup) {
        if (handshakes.publicKeys().contains(setup.publicKey())) {
            return;
        }
        Link link = peers.put(setup.publicKey(), setup.allowedIps());
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

    /** Another edge has the peer: it stays known, and its datagrams are opened while its sessions last. */
    void release(PublicKey key) {
        apply(handshakes.release(key));
    }

    private void forget(PublicKey key) {
        Link link = peers.remove(key);
        if (link != null) {
            tell(new Outbound.Command.Discard(link));
        }
    }

    List<PeerState> peers() {
        long now = ticker.now();
        return handshakes.status().stream()
                .map(status -> peers.state(status, now))
                .toList();
    }

    Optional<PeerState> peer(PublicKey key) {
        return handshakes.status(key).map(status -> peers.state(status, ticker.now()));
    }

    void initiate(PublicKey key) {
        apply(handshakes.initiate(key, ticker.now()));
    }

    void endpoint(PublicKey key, InetSocketAddress to) {
        Link link = peers.link(key);
        if (link != null) {
            Remote remote = new Remote(UdpPath.to(to));
            link.remote(remote);
            handshakes.roamed(key, remote);
        }
    }

    void keepalive(PublicKey key) {
        Link link = peers.link(key);
        if (link != null) {
            tell(new Outbound.Command.Flush(link, true));
        }
    }

    void confirmed(Link link, Opener opener) {
        apply(handshakes.confirmed(link.peer(), opener, ticker.now()));
    }

    /** The packet path has moved the link; the protocol follows. */
    void moved(Link link) {
        link.moveHeard();
        Remote remote = link.remote();
        if (remote != null) {
            handshakes.roamed(link.peer(), remote);
            listener.moved(link.peer());
        }
    }

    private void apply(List<Event> events) {
        for (Event event : events) {
            apply(event);
        }
    }

    private void apply(Event event) {
        switch (event) {
            case Event.Send(byte[] bytes, Endpoint to) -> sender.send(bytes, (Remote) to);
            case Event.OpenerReady(PublicKey peer, Opener opener) -> {
                Link link = peers.link(peer);
                if (link != null) {
                    openers.put(opener.index(), opener, link);
                }
            }
            case Event.OpenerRetired retired -> openers.remove(retired.opener().index());
            case Event.SealerReady ready -> sealerReady(ready);
            case Event.SealerRetired(PublicKey peer) -> {
                Link link = peers.link(peer);
                if (link != null) {
                    link.sealer(null);
                }
            }
            case Event.KeepaliveDue(PublicKey peer) -> keepalive(peer);
            case Event.Moved(PublicKey peer, Endpoint to) -> {
                Link link = peers.link(peer);
                if (link != null) {
                    link.remote((Remote) to);
                    listener.moved(peer);
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
        Link link = peers.link(ready.peer());
        if (link != null) {
            link.sealer(ready.sealer());
            tell(new Outbound.Command.Flush(link, ready.confirm()));
            listener.established(ready.peer());
        }
    }

    private void unreachable(PublicKey peer) {
        Link link = peers.link(peer);
        if (link != null) {
            tell(new Outbound.Command.Discard(link));
        }
        listener.unreachable(peer);
    }

    private void tell(Outbound.Command command) {
        if (outbound != null) {
            outbound.tell(command);
        }
    }

    /** Zeroes the keys. */
    @Override
    public void close() {
        handshakes.close();
        sender.close();
    }
}
