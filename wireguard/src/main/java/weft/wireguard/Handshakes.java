package weft.wireguard;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * All of WireGuard but the packets: handshakes in both roles, cookies, sessions and their timers, for any number of
 * peers. It does no I/O: datagrams and time come in, {@link Event}s go out. One thread, the control agent, calls it; the
 * {@link Sealer}s and {@link Opener}s that it hands out belong to one other thread each.
 *
 * <p>Times are nanoseconds of one monotonic clock, not negative.
 *
 * <p>What we initiate and what we answer never share state: two peers that initiate at the same moment would otherwise
 * each forget what they sent, and wait for time-outs.
 */
public final class Handshakes implements AutoCloseable {
    private final Crypto crypto;
    private final Fresh fresh;
    private final Kdf kdf;
    private final Map<PublicKey, Peer> peers = new LinkedHashMap<>();
    private final Identities identities;
    private final Mac1Check mac1;
    private final AtomicInteger established = new AtomicInteger();
    private final Indices indices;
    private final Schedule schedule = new Schedule();
    private final Admission admission;
    private final Initiations initiations;
    private final Answers answers;
    private final Records records;
    private final CookieKeys cookieKeys;

    public Handshakes(Crypto crypto, Fresh fresh) {
        this(crypto, fresh, Tuning.LOAD_MESSAGES);
    }

    /** @param loadThreshold handshake messages a second from which on senders must prove their addresses */
    public Handshakes(Crypto crypto, Fresh fresh, int loadThreshold) {
        this(crypto, fresh, loadThreshold, new RandomCookieKey(fresh));
    }

    /** @param cookieKeys as below */
    public Handshakes(Crypto crypto, Fresh fresh, CookieKeys cookieKeys) {
        this(crypto, fresh, Tuning.LOAD_MESSAGES, cookieKeys);
    }

    /** @param cookieKeys what the cookies are made from by which they prove them */
    public Handshakes(Crypto crypto, Fresh fresh, int loadThreshold, CookieKeys cookieKeys) {
        this.crypto = crypto;
        this.fresh = fresh;
        this.cookieKeys = cookieKeys;
        kdf = new Kdf(crypto.hash());
        identities = new Identities();
        mac1 = mac1Check();
        indices = new Indices(fresh);
        admission = new Admission(new Cookies(kdf, fresh, cookieKeys), new LoadGuard(loadThreshold));
        initiations = new Initiations(crypto, kdf, fresh, identities, indices, schedule);
        answers = new Answers(crypto, kdf, fresh, indices, schedule);
        records = new Records(fresh, identities, indices);
    }

    /** Sets our static key, of which a copy is kept. All sessions end; a peer with the same key is removed. */
    public List<Event> identity(PrivateKey key) {
        List<Event> events = clearIdentity();
        events.addAll(addIdentity(key));
        return events;
    }

    /**
     * Adds a second static key, of which a copy is kept: initiations to either are answered, and each peer is spoken to by
     * the key that it uses. A peer with the same key is removed; nothing else changes.
     *
     * @throws IllegalStateException if there are two already
     */
    public List<Event> addIdentity(PrivateKey key) {
        Identity added = new Identity(key, crypto, kdf);
        if (identities.find(added.publicKey()).isPresent()) {
            added.close();
            return List.of();
        }
        identities.add(added);
        return remove(added.publicKey());
    }

    /** Forgets one of our static keys. The sessions that were made with it end; those of the other go on. */
    public List<Event> retireIdentity(PublicKey key) {
        List<Event> events = new ArrayList<>();
        identities.find(key).ifPresent(gone -> {
            for (Peer peer : peers.values()) {
                initiations.retire(peer, gone);
                peer.forget(gone, events);
            }
            identities.remove(gone);
        });
        return indices.settled(events);
    }

    /** Forgets our static keys. All sessions end; the peers stay, for the next {@link #identity}. */
    public List<Event> clearIdentity() {
        List<Event> events = new ArrayList<>();
        peers.values().forEach(peer -> forget(peer, events));
        identities.clear();
        return indices.settled(events);
    }

    /** Our public key; while there are two, the first that was added. */
    public Optional<PublicKey> publicKey() {
        return publicKeys().stream().findFirst();
    }

    /** In the order in which they were added. */
    public List<PublicKey> publicKeys() {
        return identities.publicKeys();
    }

    /** Adds a peer, or changes one; the sessions of a changed peer go on. Our own key is ignored. */
    public List<Event> put(PeerConfig config, long nowNanos) {
        if (identities.find(config.publicKey()).isPresent()) {
            return List.of();
        }
        Peer peer = peers.get(config.publicKey());
        if (peer == null) {
            peer = new Peer(kdf, config, established);
            peers.put(config.publicKey(), peer);
        } else {
            peer.configure(config);
        }
        schedule.look(peer, nowNanos);
        return List.of();
    }

    public List<Event> remove(PublicKey key) {
        Peer peer = peers.remove(key);
        List<Event> events = new ArrayList<>();
        if (peer != null) {
            forget(peer, events);
            schedule.remove(peer);
        }
        return indices.settled(events);
    }

    private void forget(Peer peer, List<Event> events) {
        initiations.end(peer);
        peer.inherited.giveBackAll(indices);
        peer.close(events);
    }

    /**
     * What another edge needs to know to take the peer over. It changes whenever an initiation or a response is sent, a
     * session comes into use or the peer moves.
     */
    public Optional<PeerRecord> export(PublicKey key) {
        return Optional.ofNullable(peers.get(key)).map(records::export);
    }

    /**
     * Takes over what another edge knew of a peer that has been {@link #put} here: replays of what that edge has seen are
     * refused, our stamps are later than those that it has sent, and its receiver indices are given to nobody else while
     * its sessions may last. {@link #initiate} then makes a session of our own, to where the peer was.
     *
     * @return why the record is refused, {@link Event.Reason#STAMP_AHEAD}, {@link Event.Reason#NO_IDENTITY} or
     *     {@link Event.Reason#NO_PEER}, and then it has changed nothing; empty if it is not
     */
    public Optional<Event.Reason> restore(PeerRecord record, long nowNanos) {
        Peer peer = peers.get(record.peer());
        if (peer == null) {
            return Optional.of(Event.Reason.NO_PEER);
        }
        Optional<Event.Reason> refusal = records.restore(peer, record, nowNanos);
        schedule.look(peer, nowNanos);
        return refusal;
    }

    /**
     * Another edge has taken the peer over. From us it gets nothing any more, no packet, keepalive or initiation; what is
     * under way to our sessions is still opened while they last. The peer is ours again when it begins a session with us,
     * or by {@link #restore}.
     */
    public List<Event> release(PublicKey key) {
        Peer peer = peers.get(key);
        List<Event> events = new ArrayList<>();
        if (peer != null) {
            initiations.end(peer);
            peer.release(events);
        }
        return indices.settled(events);
    }

    /** How many peers have a session that packets leave by. Kept, not counted; any thread may ask. */
    public int established() {
        return established.get();
    }

    /** In the order in which they were added. */
    public List<PeerStatus> status() {
        return peers.values().stream().map(Peer::status).toList();
    }

    public Optional<PeerStatus> status(PublicKey key) {
        return Optional.ofNullable(peers.get(key)).map(Peer::status);
    }

    /** A check of mac1 for another thread, or for this one. */
    Mac1Check mac1Check() {
        return new Mac1Check(identities, crypto.hash());
    }

    /**
     * A gate for each thread that receives; {@link Fresh} and {@link CookieKeys} are called there as well.
     *
     * @param threads how many receive: what all sources together may send is divided among them
     */
    public List<HandshakeGate> gates(int threads) {
        GateTables shared = new GateTables(fresh);
        List<HandshakeGate> gates = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            CookieDoor cookies = new CookieDoor(crypto.hash(), cookieKeys, fresh, threads);
            gates.add(new HandshakeGate(mac1Check(), cookies, shared, threads));
        }
        return gates;
    }

    /** Takes a datagram of any type but transport. Nothing that is in it makes this throw. */
    public List<Event> receive(MemorySegment in, long at, int length, Endpoint from, long nowNanos) {
        if (Message.isCookieReply(in, at, length)) {
            return initiations.receiveCookie(Message.copy(in, at, length), nowNanos);
        }
        if (Message.isResponse(in, at, length) && !initiations.await(in, at)) {
            return Event.Rejected.because(Event.Reason.UNCALLED_FOR);
        }
        List<Event> refusal = admit(in, at, length, from, nowNanos);
        if (!refusal.isEmpty()) {
            return refusal;
        }
        if (!Message.isInitiation(in, at, length)) {
            return initiations.receiveResponse(Message.copy(in, at, length), from, nowNanos);
        }
        Optional<OpenedInitiation> opened = peek(in, at, length);
        return opened.isEmpty() ? Event.Rejected.because(Event.Reason.FORGED) : receive(opened.get(), from, nowNanos);
    }

    /**
     * What an initiation or response has to pass before it may cost an X25519, as the first step of {@link #receive} or by
     * itself, for one that may be somebody else's to answer.
     *
     * @return empty if it may go on; else why not, or under load the cookie to send instead
     */
    public List<Event> admit(MemorySegment in, long at, int length, Endpoint from, long nowNanos) {
        if (!Message.hasMac1(in, at, length)) {
            return Event.Rejected.because(Event.Reason.MALFORMED);
        }
        if (identities.isEmpty()) {
            return Event.Rejected.because(Event.Reason.NO_IDENTITY);
        }
        Identity ours = mac1.addressed(in, at, length);
        return ours == null
                ? Event.Rejected.because(Event.Reason.WRONG_MAC1)
                : admission.refuse(ours, Message.copy(in, at, length), from, nowNanos);
    }

    /**
     * Opens an initiation's static key, at the price of one X25519. Nothing changes by it, and the peer need not be known.
     *
     * @return empty if it is not an initiation, not for us or forged
     */
    public Optional<OpenedInitiation> peek(MemorySegment in, long at, int length) {
        Identity ours = Message.isInitiation(in, at, length) ? mac1.addressed(in, at, length) : null;
        return ours == null ? Optional.empty() : answers.open(ours, Message.copy(in, at, length));
    }

    /** Takes an initiation that has been admitted and opened; it is used up unless a {@link Event.Stranger} names it. */
    public List<Event> receive(OpenedInitiation opened, Endpoint from, long nowNanos) {
        Peer peer = peers.get(opened.peer());
        if (peer == null) {
            return List.of(new Event.Stranger(opened.peer(), opened));
        }
        try (opened) {
            return identities.contains(opened.responder().identity())
                    ? answers.receive(opened, peer, from, nowNanos)
                    : Event.Rejected.because(Event.Reason.NO_IDENTITY);
        }
    }

    /**
     * A session with this peer is wanted: there is data for it and the sealer is spent, or {@link Sealer#takeRekeyDue} or
     * {@link Opener#takeSignal} said so. May be called as often as one likes.
     */
    public List<Event> initiate(PublicKey key, long nowNanos) {
        Peer peer = peers.get(key);
        if (peer == null || peer.isReleased()) {
            return List.of();
        }
        Keypair current = peer.keypairs.current();
        if (current != null && nowNanos - current.born() < Spec.REKEY_TIMEOUT) {
            return List.of();
        }
        peer.attempt.want(nowNanos);
        return initiations.attempt(peer, nowNanos, new ArrayList<>());
    }

    /** {@link Opener.Signal#CONFIRMED} was raised. */
    public List<Event> confirmed(PublicKey key, Opener opener, long nowNanos) {
        Peer peer = peers.get(key);
        List<Event> events = new ArrayList<>();
        Keypair session = peer == null ? null : peer.keypairs.confirm(opener, events);
        if (peer == null || session == null) {
            return events;
        }
        initiations.end(peer);
        peer.established(session, fresh.unixNanos());
        schedule.look(peer, nowNanos);
        return indices.settled(events);
    }

    /** Genuine transport data came from there. */
    public void roamed(PublicKey key, Endpoint to) {
        Peer peer = peers.get(key);
        if (peer != null) {
            peer.endpoint(to);
        }
    }

    /** Does what is due. Call it when {@link #nextTickNanos} has come; sooner does no harm. */
    public List<Event> tick(long nowNanos) {
        List<Event> events = new ArrayList<>();
        for (Peer peer = schedule.poll(nowNanos); peer != null; peer = schedule.poll(nowNanos)) {
            // Each peer's events are settled apart: the next one may get an index that this one gives back.
            List<Event> its = new ArrayList<>();
            peer.inherited.giveBackOver(nowNanos, indices);
            if (peer.look(nowNanos, its)) {
                peer.attempt.want(nowNanos);
            }
            events.addAll(initiations.attempt(peer, nowNanos, its));
        }
        return events;
    }

    /** {@link Long#MAX_VALUE} if nothing will be due before the next call of another method. */
    public long nextTickNanos() {
        return schedule.next();
    }

    /** Ends all sessions and zeroes all keys. */
    @Override
    public void close() {
        clearIdentity();
        peers.values().forEach(schedule::remove);
        peers.clear();
        indices.clear();
    }
}
