package weft.wireguard;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One peer as the control agent sees it, and when its timers are due (whitepaper, 6).
 *
 * <p>Packets pass without the control agent's knowledge; it reads {@link Traffic} when it looks. A timer that starts
 * with a packet it has not seen cannot be due before the timer's length after the last look, so while there is a session
 * it looks at least every KEEPALIVE_TIMEOUT, and then every timer is exact.
 */
final class Peer {
    private static final long SILENCE = Spec.KEEPALIVE_TIMEOUT + Spec.REKEY_TIMEOUT;
    private static final long SECOND = 1_000_000_000L;

    final CookieJar cookies;
    final Keypairs keypairs;
    final StaticSecrets staticSecrets;
    final InheritedIndices inherited = new InheritedIndices();
    final Traffic traffic = new Traffic();
    final Attempt attempt = new Attempt();

    private PeerConfig config;
    private @Nullable Endpoint endpoint;
    private @Nullable Identity identity;
    private Tai64n greatestReceived = Tai64n.NEVER;
    private Tai64n greatestSent = Tai64n.NEVER;
    private long lastConsumed = Traffic.NEVER;
    private long answeredFor = Traffic.NEVER;
    private long persistentAsked = Traffic.NEVER;
    private long lastHandshakeUnixNanos;
    private int reserved;
    private boolean released;
    private long scheduled = Long.MAX_VALUE;

    /** @param established counts the peers that have a session */
    Peer(Kdf kdf, PeerConfig config, AtomicInteger established) {
        this.config = config;
        cookies = new CookieJar(kdf, config.publicKey());
        keypairs = new Keypairs(config.publicKey(), established);
        staticSecrets = new StaticSecrets(config.publicKey());
        reserved = config.reserved();
        endpoint = config.endpoint().orElse(null);
    }

    PublicKey key() {
        return config.publicKey();
    }

    PeerConfig config() {
        return config;
    }

    void configure(PeerConfig changed) {
        if (changed.reserved() != config.reserved()) {
            reserved = changed.reserved();
        }
        config = changed;
        changed.endpoint().ifPresent(this::endpoint);
    }

    @Nullable
    Endpoint endpoint() {
        return endpoint;
    }

    void endpoint(Endpoint to) {
        endpoint = to;
    }

    /** Which of ours the peer uses; null while it has used none. */
    @Nullable
    Identity identity() {
        return identity;
    }

    /** What we stamp on datagrams to the peer; it follows what the peer stamps. */
    int reserved() {
        return reserved;
    }

    /** Completes a handshake message to the peer. */
    Event.Send send(byte[] message, int stamp, Endpoint to, long now) {
        cookies.putMacs(message, now);
        Message.stampReserved(message, stamp);
        return new Event.Send(message, to);
    }

    /** Takes an initiation's stamp: whether it is newer than all before, and not too soon. */
    Event.@Nullable Reason refuses(Tai64n timestamp, long now) {
        if (!timestamp.isAfter(greatestReceived)) {
            return Event.Reason.REPLAYED;
        }
        return now - lastConsumed < Tuning.INITIATION_SPACING ? Event.Reason.TOO_SOON : null;
    }

    void consumed(Tai64n timestamp, long now) {
        greatestReceived = timestamp;
        lastConsumed = now;
    }

    Tai64n nextTimestamp(long unixNanos) {
        greatestSent = greatestSent.next(unixNanos);
        return greatestSent;
    }

    Tai64n greatestSent() {
        return greatestSent;
    }

    Tai64n greatestReceived() {
        return greatestReceived;
    }

    /** Goes on where another edge left off. Where the peer is, it tells us itself if we have a session. */
    void restore(PeerRecord record, @Nullable Identity used) {
        released = false;
        greatestSent = greatestSent.max(record.sent());
        greatestReceived = greatestReceived.max(record.received());
        if (keypairs.current() == null) {
            record.endpoint().ifPresent(this::endpoint);
            identity = used;
            reserved = record.reserved();
        }
    }

    /** This session is in use: the peer has proven it, and with it whom it takes us for and what it stamps. */
    void established(Keypair session, long unixNanos) {
        lastHandshakeUnixNanos = unixNanos;
        identity = session.identity();
        reserved = session.reserved();
        released = false;
    }

    /** The peer is another edge's now. */
    void release(List<Event> events) {
        released = true;
        keypairs.rest(events);
    }

    boolean isReleased() {
        return released;
    }

    /** One of our keys is gone, and what was made with it. */
    void forget(Identity gone, List<Event> events) {
        keypairs.retireAll(keypair -> keypair.identity() == gone, events);
        staticSecrets.forget(gone);
        if (identity == gone) {
            identity = null;
        }
    }

    /** Emits what is due of keepalives; true if a new session is wanted. */
    boolean look(long now, List<Event> events) {
        keypairs.retireAll(keypair -> keypair.isOver(now), events);
        boolean wanted = false;
        if (keypairs.current() != null) {
            long unanswered = traffic.unansweredSince();
            if (unanswered > answeredFor && now - unanswered >= Spec.KEEPALIVE_TIMEOUT) {
                answeredFor = unanswered;
                events.add(new Event.KeepaliveDue(key()));
            }
            long unheard = traffic.unheardSince();
            if (unheard != Traffic.NEVER && now - unheard >= SILENCE) {
                traffic.excuse(now);
                wanted = true;
            }
        }
        if (now >= persistentDue()) {
            persistentAsked = now;
            if (keypairs.current() == null) {
                wanted = true;
            } else {
                events.add(new Event.KeepaliveDue(key()));
            }
        }
        return wanted;
    }

    /** When to look again. */
    long nextLook(long now) {
        long next = Math.min(attempt.dueAt(), Math.min(keypairs.firstEnd(), persistentDue()));
        next = Math.min(next, inherited.firstEnd());
        if (keypairs.current() != null) {
            long unanswered = traffic.unansweredSince();
            long unheard = traffic.unheardSince();
            next = Math.min(next, (unanswered > answeredFor ? unanswered : now) + Spec.KEEPALIVE_TIMEOUT);
            next = Math.min(next, (unheard != Traffic.NEVER ? unheard : now) + SILENCE);
        }
        return next;
    }

    private long persistentDue() {
        if (config.persistentKeepaliveSeconds() == 0 || endpoint == null || released) {
            return Long.MAX_VALUE;
        }
        return Math.max(traffic.lastAny(), persistentAsked) + config.persistentKeepaliveSeconds() * SECOND;
    }

    long scheduled() {
        return scheduled;
    }

    void scheduled(long at) {
        scheduled = at;
    }

    PeerStatus status() {
        return new PeerStatus(
                config,
                Optional.ofNullable(endpoint),
                lastHandshakeUnixNanos,
                traffic.receivedBytes(),
                traffic.sentBytes(),
                traffic.lastData(),
                keypairs.current() != null,
                Optional.ofNullable(identity).map(Identity::publicKey));
    }

    /** Zeroes what is secret. */
    void close(List<Event> events) {
        attempt.end();
        keypairs.retireAll(_ -> true, events);
        staticSecrets.clear();
        identity = null;
    }
}
