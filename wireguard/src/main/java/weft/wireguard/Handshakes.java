package weft.wireguard;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
    private static final int INDEX_TRIES = 1000;

    private final Crypto crypto;
    private final Fresh fresh;
    private final Kdf kdf;
    private final CookieSecret cookieSecret;
    private final LoadGuard guard;
    private final Map<PublicKey, Peer> peers = new LinkedHashMap<>();
    private final Map<Integer, Peer> indices = new HashMap<>();
    private final Schedule schedule = new Schedule();
    private @Nullable Identity identity;

    public Handshakes(Crypto crypto, Fresh fresh) {
        this(crypto, fresh, Tuning.LOAD_MESSAGES);
    }

    /** @param loadThreshold handshake messages a second from which on senders must prove their addresses */
    public Handshakes(Crypto crypto, Fresh fresh, int loadThreshold) {
        this.crypto = crypto;
        this.fresh = fresh;
        kdf = new Kdf(crypto.hash());
        cookieSecret = new CookieSecret(kdf, fresh);
        guard = new LoadGuard(loadThreshold);
    }

    /** Sets our static key, of which a copy is kept. All sessions end; a peer with the same key is removed. */
    public List<Event> identity(PrivateKey key) {
        List<Event> events = new ArrayList<>();
        Identity ours = new Identity(key, crypto, kdf);
        removeIdentity(events);
        identity = ours;
        events.addAll(remove(ours.publicKey()));
        peers.values().forEach(peer -> peer.derive(crypto, ours));
        return settled(events);
    }

    /** Forgets our static key. All sessions end; the peers stay, for the next {@link #identity}. */
    public List<Event> clearIdentity() {
        List<Event> events = new ArrayList<>();
        removeIdentity(events);
        identity = null;
        return settled(events);
    }

    public Optional<PublicKey> publicKey() {
        return Optional.ofNullable(identity).map(Identity::publicKey);
    }

    /** Adds a peer, or changes one; the sessions of a changed peer go on. Our own key is ignored. */
    public List<Event> put(PeerConfig config, long nowNanos) {
        Identity ours = identity;
        if (ours != null && ours.publicKey().equals(config.publicKey())) {
            return List.of();
        }
        Peer peer = peers.get(config.publicKey());
        if (peer == null) {
            peer = new Peer(kdf, config);
            if (ours != null) {
                peer.derive(crypto, ours);
            }
            peers.put(config.publicKey(), peer);
        } else {
            peer.configure(config);
        }
        return reschedule(peer, nowNanos, new ArrayList<>());
    }

    public List<Event> remove(PublicKey key) {
        Peer peer = peers.remove(key);
        List<Event> events = new ArrayList<>();
        if (peer != null) {
            dropPending(peer);
            peer.close(events);
            schedule.remove(peer);
        }
        return settled(events);
    }

    /** In the order in which they were added. */
    public List<PeerStatus> status() {
        return peers.values().stream().map(Peer::status).toList();
    }

    public Optional<PeerStatus> status(PublicKey key) {
        return Optional.ofNullable(peers.get(key)).map(Peer::status);
    }

    /** Takes a datagram of any type but transport. Nothing that is in it makes this throw. */
    public List<Event> receive(MemorySegment in, long at, int length, Endpoint from, long nowNanos) {
        byte[] message = copyIfWellFormed(in, at, length);
        if (message == null) {
            return rejected(Event.Reason.MALFORMED);
        }
        Identity ours = identity;
        if (ours == null) {
            return rejected(Event.Reason.NO_IDENTITY);
        }
        int reserved = Message.takeReserved(message);
        if (message[0] == Spec.COOKIE_REPLY) {
            return receiveCookie(message, nowNanos);
        }
        int mac1At = length - 2 * Spec.MAC_SIZE;
        byte[] mac1 = Message.part(message, mac1At, Spec.MAC_SIZE);
        if (!MessageDigest.isEqual(kdf.mac(ours.mac1Key(), message, mac1At), mac1)) {
            return rejected(Event.Reason.WRONG_MAC1);
        }
        if (guard.isUnderLoad(nowNanos)) {
            if (!cookieSecret.isMac2Valid(message, from, nowNanos)) {
                byte[] reply = cookieSecret.reply(ours, message, from, nowNanos);
                Message.stampReserved(reply, reserved);
                return List.of(new Event.Send(reply, from));
            }
            if (!guard.allows(from, nowNanos)) {
                return rejected(Event.Reason.RATE_LIMITED);
            }
        }
        return message[0] == Spec.INITIATION
                ? receiveInitiation(ours, message, reserved, from, nowNanos)
                : receiveResponse(message, from, nowNanos);
    }

    private static byte @Nullable [] copyIfWellFormed(MemorySegment in, long at, int length) {
        if (length < 1) {
            return null;
        }
        int expected = switch (in.get(ValueLayout.JAVA_BYTE, at)) {
            case Spec.INITIATION -> Spec.INITIATION_SIZE;
            case Spec.RESPONSE -> Spec.RESPONSE_SIZE;
            case Spec.COOKIE_REPLY -> Spec.COOKIE_REPLY_SIZE;
            default -> -1;
        };
        return length == expected ? in.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE) : null;
    }

    private List<Event> receiveInitiation(Identity ours, byte[] message, int reserved, Endpoint from, long now) {
        Optional<Responder> opened = Responder.open(crypto, kdf, ours, message);
        if (opened.isEmpty()) {
            return rejected(Event.Reason.FORGED);
        }
        try (Responder responder = opened.get()) {
            Peer peer = peers.get(responder.peer());
            if (peer == null) {
                return List.of(new Event.Stranger(responder.peer()));
            }
            byte[] staticStatic = peer.staticStatic();
            byte[] timestamp = staticStatic == null ? null : responder.timestamp(staticStatic);
            if (timestamp == null) {
                return rejected(Event.Reason.FORGED);
            }
            Event.Reason refusal = peer.refuses(timestamp, now);
            return refusal == null ? answer(responder, peer, timestamp, reserved, from, now) : rejected(refusal);
        }
    }

    private List<Event> answer(
            Responder responder, Peer peer, byte[] timestamp, int reserved, Endpoint from, long now) {
        int index = newIndex(peer);
        Optional<Responder.Answer> answer =
                responder.answer(newSecret(), index, peer.config().presharedKey());
        if (answer.isEmpty()) {
            return rejected(Event.Reason.FORGED);
        }
        peer.consumed(timestamp, reserved, now);
        peer.traffic.excuse(now);
        List<Event> events = new ArrayList<>();
        TransportKeys keys = answer.get().keys();
        peer.keypairs.offer(Keypair.of(crypto, keys, index, reserved, false, now, peer.traffic), events);
        indices.put(index, peer);
        events.add(send(peer, answer.get().message(), from, now));
        return reschedule(peer, now, events);
    }

    private List<Event> receiveResponse(byte[] message, Endpoint from, long now) {
        int index = Message.index(message, Message.RESPONSE_RECEIVER);
        Peer peer = indices.get(index);
        Initiator pending = peer == null ? null : peer.attempt.pending();
        if (peer == null || pending == null || pending.index() != index) {
            return rejected(Event.Reason.UNCALLED_FOR);
        }
        Optional<TransportKeys> keys = pending.finish(message, peer.config().presharedKey());
        if (keys.isEmpty()) {
            return rejected(Event.Reason.FORGED);
        }
        peer.attempt.end();
        peer.traffic.excuse(now);
        peer.established(fresh.unixNanos());
        List<Event> events = new ArrayList<>();
        if (!from.equals(peer.endpoint())) {
            peer.endpoint(from);
            events.add(new Event.Moved(peer.key(), from));
        }
        peer.keypairs.begin(Keypair.of(crypto, keys.get(), index, peer.reserved(), true, now, peer.traffic), events);
        return reschedule(peer, now, events);
    }

    private List<Event> receiveCookie(byte[] message, long now) {
        Peer peer = indices.get(Message.index(message, Message.COOKIE_RECEIVER));
        if (peer == null) {
            return rejected(Event.Reason.UNCALLED_FOR);
        }
        return peer.cookies.receive(message, now) ? List.of() : rejected(Event.Reason.FORGED);
    }

    /**
     * A session with this peer is wanted: there is data for it and the sealer is spent, or {@link Sealer#takeRekeyDue} or
     * {@link Opener#takeSignal} said so. May be called as often as one likes.
     */
    public List<Event> initiate(PublicKey key, long nowNanos) {
        Peer peer = peers.get(key);
        if (peer == null) {
            return List.of();
        }
        Keypair current = peer.keypairs.current();
        if (current != null && nowNanos - current.born() < Spec.REKEY_TIMEOUT) {
            return List.of();
        }
        peer.attempt.want(nowNanos);
        return attempt(peer, nowNanos, new ArrayList<>());
    }

    /** {@link Opener.Signal#CONFIRMED} was raised. */
    public List<Event> confirmed(PublicKey key, Opener opener, long nowNanos) {
        Peer peer = peers.get(key);
        List<Event> events = new ArrayList<>();
        if (peer == null || !peer.keypairs.confirm(opener, events)) {
            return events;
        }
        dropPending(peer);
        peer.attempt.end();
        peer.established(fresh.unixNanos());
        return reschedule(peer, nowNanos, events);
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
            if (peer.look(nowNanos, its)) {
                peer.attempt.want(nowNanos);
            }
            events.addAll(attempt(peer, nowNanos, its));
        }
        return events;
    }

    /** {@link Long#MAX_VALUE} if nothing will be due before the next call of another method. */
    public long nextTickNanos() {
        return schedule.next();
    }

    private List<Event> attempt(Peer peer, long now, List<Event> events) {
        if (peer.attempt.isHopeless(now)) {
            dropPending(peer);
            peer.attempt.end();
            events.add(new Event.Unreachable(peer.key()));
        } else if (peer.attempt.isActive() && now >= peer.attempt.dueAt()) {
            sendInitiation(peer, now, events);
        }
        return reschedule(peer, now, events);
    }

    private void sendInitiation(Peer peer, long now, List<Event> events) {
        dropPending(peer);
        Identity ours = identity;
        Endpoint to = peer.endpoint();
        byte[] staticStatic = peer.staticStatic();
        byte[] message = null;
        if (ours != null && to != null && staticStatic != null) {
            Initiator initiator = new Initiator(crypto, kdf, ours, peer.key(), newSecret(), newIndex(peer));
            message = initiator.initiation(peer.key(), staticStatic, peer.nextTimestamp(fresh.unixNanos()));
            peer.attempt.sent(initiator, now, jitter());
            indices.put(initiator.index(), peer);
        }
        if (message == null || to == null) {
            dropPending(peer);
            peer.attempt.end();
            events.add(new Event.Unreachable(peer.key()));
        } else {
            events.add(send(peer, message, to, now));
        }
    }

    private Event send(Peer peer, byte[] message, Endpoint to, long now) {
        peer.cookies.putMacs(message, now);
        Message.stampReserved(message, peer.reserved());
        return new Event.Send(message, to);
    }

    private void dropPending(Peer peer) {
        Initiator pending = peer.attempt.pending();
        if (pending != null) {
            indices.remove(pending.index());
        }
    }

    private int newIndex(Peer peer) {
        for (int i = 0; i < INDEX_TRIES; i++) {
            int index = fresh.receiverIndex(peer.key());
            if (!indices.containsKey(index)) {
                return index;
            }
        }
        throw new IllegalStateException("no free receiver index in " + INDEX_TRIES + " tries");
    }

    private byte[] newSecret() {
        byte[] secret = new byte[Spec.KEY_SIZE];
        fresh.random(secret);
        return secret;
    }

    private long jitter() {
        byte[] random = new byte[4];
        fresh.random(random);
        return Integer.toUnsignedLong(Message.index(random, 0)) % Tuning.MAX_JITTER;
    }

    private List<Event> reschedule(Peer peer, long now, List<Event> events) {
        schedule.set(peer, peer.nextLook(now));
        return settled(events);
    }

    /** Forgets the indices of the sessions that have ended. */
    private List<Event> settled(List<Event> events) {
        for (Event event : events) {
            if (event instanceof Event.OpenerRetired retired) {
                indices.remove(retired.opener().index());
            }
        }
        return events;
    }

    private static List<Event> rejected(Event.Reason reason) {
        return List.of(new Event.Rejected(reason));
    }

    private void removeIdentity(List<Event> events) {
        for (Peer peer : peers.values()) {
            dropPending(peer);
            peer.close(events);
        }
        if (identity != null) {
            identity.close();
        }
    }

    /** Ends all sessions and zeroes all keys. */
    @Override
    public void close() {
        removeIdentity(new ArrayList<>());
        identity = null;
        peers.values().forEach(schedule::remove);
        peers.clear();
        indices.clear();
    }
}
