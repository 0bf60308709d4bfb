package weft.wireguard;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The sessions with one peer: the one that packets leave by, one that we answered for and that the peer has not used yet
 * (whitepaper, 6.2 and 6.3), and older ones, of which packets may still be under way.
 *
 * <p>One older session is not enough. Two peers that began at the same moment each seal by the session that they began
 * and open the other's; when both renew theirs, each still seals by its old one until a response comes. With three older
 * ones nothing is lost then.
 *
 * <p>A session that waits to be used takes no older one's place: whoever replays an initiation that we have not seen gets
 * such a session, and shall displace none by it.
 */
final class Keypairs {
    private static final int MOST_OLDER = 3;

    private final PublicKey peer;
    private final AtomicInteger established;
    /** The eldest first. */
    private final List<Keypair> older = new ArrayList<>(MOST_OLDER);

    private @Nullable Keypair current;
    private @Nullable Keypair next;

    /** @param established counts the peers that have a current session */
    Keypairs(PublicKey peer, AtomicInteger established) {
        this.peer = peer;
        this.established = established;
    }

    @Nullable
    Keypair current() {
        return current;
    }

    private void current(@Nullable Keypair keypair) {
        established.addAndGet((keypair == null ? 0 : 1) - (current == null ? 0 : 1));
        current = keypair;
    }

    /** A session that we began: it is in use at once. */
    void begin(Keypair keypair, List<Event> events) {
        age(current);
        age(next);
        next = null;
        current(keypair);
        trim(events);
        events.add(new Event.OpenerReady(peer, keypair.opener()));
        events.add(new Event.SealerReady(peer, keypair.sealer(), true));
    }

    /** A session that we answered for: it waits until the peer proves that it has the keys. */
    void offer(Keypair keypair, List<Event> events) {
        retire(next, events);
        next = keypair;
        events.add(new Event.OpenerReady(peer, keypair.opener()));
    }

    /** A datagram came through this opener; the session, if that brings it into use. */
    @Nullable
    Keypair confirm(Opener opener, List<Event> events) {
        Keypair confirmed = next;
        if (confirmed == null || confirmed.opener() != opener) {
            return null;
        }
        age(current);
        current(confirmed);
        next = null;
        trim(events);
        events.add(new Event.SealerReady(peer, confirmed.sealer(), false));
        return confirmed;
    }

    /** Packets leave by none of them any more; what is under way to us may still be opened. */
    void rest(List<Event> events) {
        if (current != null) {
            age(current);
            current(null);
            trim(events);
            events.add(new Event.SealerRetired(peer));
        }
    }

    private void age(@Nullable Keypair keypair) {
        if (keypair != null) {
            older.add(keypair);
            older.sort(Comparator.comparingLong(Keypair::born));
        }
    }

    private void trim(List<Event> events) {
        while (older.size() > MOST_OLDER) {
            retire(older.removeFirst(), events);
        }
    }

    /** Ends those that are {@code doomed}. */
    void retireAll(Predicate<Keypair> doomed, List<Event> events) {
        older.stream().filter(doomed).forEach(keypair -> retire(keypair, events));
        older.removeIf(doomed);
        if (next != null && doomed.test(next)) {
            retire(next, events);
            next = null;
        }
        if (current != null && doomed.test(current)) {
            retire(current, events);
            current(null);
            events.add(new Event.SealerRetired(peer));
        }
    }

    /** The receiver indices by which the peer may address us, those in use first. */
    List<Integer> indices() {
        return Stream.concat(
                        Stream.of(Optional.ofNullable(current), Optional.ofNullable(next))
                                .flatMap(Optional::stream),
                        older.reversed().stream())
                .map(keypair -> keypair.opener().index())
                .toList();
    }

    /** When the first of them is over. */
    long firstEnd() {
        long born = Math.min(born(older.isEmpty() ? null : older.getFirst()), Math.min(born(current), born(next)));
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
