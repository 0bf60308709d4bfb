package weft.wireguard;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The up to three sessions with one peer: the one that packets leave by, its predecessor, of which packets may still be
 * under way, and one that we answered for and that the peer has not used yet (whitepaper, 6.2 and 6.3).
 */
final class Keypairs {
    private final PublicKey peer;
    private @Nullable Keypair previous;
    private @Nullable Keypair current;
    private @Nullable Keypair next;

    Keypairs(PublicKey peer) {
        this.peer = peer;
    }

    @Nullable
    Keypair current() {
        return current;
    }

    boolean isEmpty() {
        return previous == null && current == null && next == null;
    }

    /** A session that we began: it is in use at once. */
    void begin(Keypair keypair, List<Event> events) {
        retire(previous, events);
        if (next != null) {
            // The peer began one at the same time and will use it or ours: keep both openers.
            previous = next;
            next = null;
            retire(current, events);
        } else {
            previous = current;
        }
        current = keypair;
        events.add(new Event.OpenerReady(peer, keypair.opener()));
        events.add(new Event.SealerReady(peer, keypair.sealer(), true));
    }

    /** A session that we answered for: it waits until the peer proves that it has the keys. */
    void offer(Keypair keypair, List<Event> events) {
        retire(next, events);
        next = keypair;
        events.add(new Event.OpenerReady(peer, keypair.opener()));
    }

    /** A datagram came through this opener; true if that brings the session into use. */
    boolean confirm(Opener opener, List<Event> events) {
        Keypair confirmed = next;
        if (confirmed == null || confirmed.opener() != opener) {
            return false;
        }
        retire(previous, events);
        previous = current;
        current = confirmed;
        next = null;
        events.add(new Event.SealerReady(peer, confirmed.sealer(), false));
        return true;
    }

    void retireOver(long now, List<Event> events) {
        if (previous != null && previous.isOver(now)) {
            retire(previous, events);
            previous = null;
        }
        if (next != null && next.isOver(now)) {
            retire(next, events);
            next = null;
        }
        if (current != null && current.isOver(now)) {
            retire(current, events);
            current = null;
            events.add(new Event.SealerRetired(peer));
        }
    }

    void retireAll(List<Event> events) {
        retire(previous, events);
        retire(next, events);
        if (current != null) {
            retire(current, events);
            events.add(new Event.SealerRetired(peer));
        }
        previous = null;
        next = null;
        current = null;
    }

    /** When the first of them is over. */
    long firstEnd() {
        long born = Math.min(born(previous), Math.min(born(current), born(next)));
        return born == Long.MAX_VALUE ? born : born + Spec.REJECT_AFTER_TIME;
    }

    private static long born(@Nullable Keypair keypair) {
        return keypair == null ? Long.MAX_VALUE : keypair.born();
    }

    private void retire(@Nullable Keypair keypair, List<Event> events) {
        if (keypair != null) {
            keypair.close();
            events.add(new Event.OpenerRetired(peer, keypair.opener()));
        }
    }
}
