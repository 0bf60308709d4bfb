package weft.wireguard;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The handshakes that others begin: which initiations are answered, and how. */
final class Answers {
    private final Crypto crypto;
    private final Kdf kdf;
    private final Fresh fresh;
    private final Indices indices;
    private final Schedule schedule;

    Answers(Crypto crypto, Kdf kdf, Fresh fresh, Indices indices, Schedule schedule) {
        this.crypto = crypto;
        this.kdf = kdf;
        this.fresh = fresh;
        this.indices = indices;
        this.schedule = schedule;
    }

    Optional<OpenedInitiation> open(Identity ours, byte[] initiation) {
        int reserved = Message.takeReserved(initiation);
        return Responder.open(crypto, kdf, ours, initiation)
                .map(responder -> new OpenedInitiation(responder, reserved));
    }

    List<Event> receive(OpenedInitiation opened, Peer peer, Endpoint from, long now) {
        Responder responder = opened.responder();
        byte[] staticStatic = peer.staticSecrets.with(responder.identity(), crypto.curve());
        Tai64n timestamp = staticStatic == null ? null : responder.timestamp(staticStatic);
        if (timestamp == null) {
            return Event.Rejected.because(Event.Reason.FORGED);
        }
        Event.Reason refusal = peer.refuses(timestamp, now);
        return refusal == null
                ? answer(responder, peer, timestamp, opened.reserved(), from, now)
                : Event.Rejected.because(refusal);
    }

    private List<Event> answer(
            Responder responder, Peer peer, Tai64n timestamp, int reserved, Endpoint from, long now) {
        OptionalInt drawn = indices.draw(peer);
        if (drawn.isEmpty()) {
            return Event.Rejected.because(Event.Reason.NO_INDEX);
        }
        int index = drawn.getAsInt();
        Optional<Responder.Answer> answer =
                responder.answer(Secrets.random(fresh), index, peer.config().presharedKey());
        if (answer.isEmpty()) {
            return Event.Rejected.because(Event.Reason.FORGED);
        }
        peer.consumed(timestamp, now);
        peer.traffic.excuse(now);
        List<Event> events = new ArrayList<>();
        TransportKeys keys = answer.get().keys();
        peer.keypairs.offer(
                Keypair.of(crypto, keys, responder.identity(), index, reserved, false, now, peer.traffic), events);
        indices.put(index, peer);
        events.add(peer.send(answer.get().message(), reserved, from, now));
        schedule.look(peer, now);
        return indices.settled(events);
    }
}
