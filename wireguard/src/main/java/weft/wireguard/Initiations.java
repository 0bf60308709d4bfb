package weft.wireguard;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The handshakes that we begin: when an initiation is sent, what its response brings, and when it is given up. */
final class Initiations {
    private final Crypto crypto;
    private final Kdf kdf;
    private final Fresh fresh;
    private final Identities identities;
    private final Indices indices;
    private final Schedule schedule;

    Initiations(Crypto crypto, Kdf kdf, Fresh fresh, Identities identities, Indices indices, Schedule schedule) {
        this.crypto = crypto;
        this.kdf = kdf;
        this.fresh = fresh;
        this.identities = identities;
        this.indices = indices;
        this.schedule = schedule;
    }

    /** Does what is due of a peer's attempt. */
    List<Event> attempt(Peer peer, long now, List<Event> events) {
        if (peer.attempt.isHopeless(now)) {
            giveUp(peer, events);
        } else if (peer.attempt.isActive() && now >= peer.attempt.dueAt()) {
            send(peer, now, events);
        }
        schedule.look(peer, now);
        return indices.settled(events);
    }

    private void send(Peer peer, long now, List<Event> events) {
        dropPending(peer);
        Identity ours = identities.towards(peer);
        Endpoint to = peer.endpoint();
        byte[] message = ours == null || to == null ? null : initiation(ours, peer, now);
        if (message == null || to == null) {
            giveUp(peer, events);
        } else {
            events.add(peer.send(message, peer.reserved(), to, now));
        }
    }

    private byte @Nullable [] initiation(Identity ours, Peer peer, long now) {
        byte[] staticStatic = peer.staticSecrets.with(ours, crypto.curve());
        OptionalInt index = indices.draw(peer);
        if (staticStatic == null || index.isEmpty()) {
            return null;
        }
        Initiator initiator = new Initiator(crypto, kdf, ours, peer.key(), Secrets.random(fresh), index.getAsInt());
        byte[] message = initiator.initiation(peer.key(), staticStatic, peer.nextTimestamp(fresh.unixNanos()));
        peer.attempt.sent(initiator, now, jitter());
        indices.put(initiator.index(), peer);
        return message;
    }

    private void giveUp(Peer peer, List<Event> events) {
        end(peer);
        events.add(new Event.Unreachable(peer.key()));
    }

    /** The peer's attempt has come to its end, or is not wanted any more. */
    void end(Peer peer) {
        dropPending(peer);
        peer.attempt.end();
    }

    /** One of our keys is gone: an attempt that was made with it is vain. */
    void retire(Peer peer, Identity gone) {
        Initiator pending = peer.attempt.pending();
        if (pending != null && pending.identity() == gone) {
            end(peer);
        }
    }

    private void dropPending(Peer peer) {
        Initiator pending = peer.attempt.pending();
        if (pending != null) {
            indices.remove(pending.index());
        }
    }

    private long jitter() {
        byte[] random = new byte[4];
        fresh.random(random);
        return Integer.toUnsignedLong(Message.index(random, 0)) % Tuning.MAX_JITTER;
    }

    /** Whether a response has the index of an initiation that we wait for an answer to; no more than that, at no cost. */
    boolean await(MemorySegment in, long at) {
        int index = in.get(Message.INDEX, at + Message.RESPONSE_RECEIVER);
        Peer peer = indices.owner(index);
        Initiator pending = peer == null ? null : peer.attempt.pending();
        return pending != null && pending.index() == index;
    }

    List<Event> receiveResponse(byte[] message, Endpoint from, long now) {
        int index = Message.index(message, Message.RESPONSE_RECEIVER);
        Peer peer = indices.owner(index);
        Initiator pending = peer == null ? null : peer.attempt.pending();
        if (peer == null || pending == null || pending.index() != index) {
            return Event.Rejected.because(Event.Reason.UNCALLED_FOR);
        }
        Optional<TransportKeys> keys = pending.finish(message, peer.config().presharedKey());
        if (keys.isEmpty()) {
            return Event.Rejected.because(Event.Reason.FORGED);
        }
        Keypair session =
                Keypair.of(crypto, keys.get(), pending.identity(), index, peer.reserved(), true, now, peer.traffic);
        // Its index lives on in the session.
        peer.attempt.end();
        peer.traffic.excuse(now);
        peer.established(session, fresh.unixNanos());
        List<Event> events = new ArrayList<>();
        if (!from.equals(peer.endpoint())) {
            peer.endpoint(from);
            events.add(new Event.Moved(peer.key(), from));
        }
        peer.keypairs.begin(session, events);
        schedule.look(peer, now);
        return indices.settled(events);
    }

    List<Event> receiveCookie(byte[] message, long now) {
        Peer peer = indices.owner(Message.index(message, Message.COOKIE_RECEIVER));
        if (peer == null) {
            return Event.Rejected.because(Event.Reason.UNCALLED_FOR);
        }
        return peer.cookies.receive(message, now) ? List.of() : Event.Rejected.because(Event.Reason.FORGED);
    }
}
