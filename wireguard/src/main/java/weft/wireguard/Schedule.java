package weft.wireguard;

import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** Which peer to look at next. An entry is void once its peer has been scheduled for another time. */
final class Schedule {
    private record Entry(long at, Peer peer) implements Comparable<Entry> {
        @Override
        public int compareTo(Entry other) {
            return Long.compare(at, other.at);
        }

        boolean isVoid() {
            return peer.scheduled() != at;
        }
    }

    private final PriorityQueue<Entry> entries = new PriorityQueue<>();

    /** The peer says itself when it wants to be looked at. */
    void look(Peer peer, long now) {
        set(peer, peer.nextLook(now));
    }

    void set(Peer peer, long at) {
        if (at == peer.scheduled()) {
            return;
        }
        peer.scheduled(at);
        if (at != Long.MAX_VALUE) {
            entries.add(new Entry(at, peer));
        }
    }

    void remove(Peer peer) {
        peer.scheduled(Long.MAX_VALUE);
    }

    /** {@link Long#MAX_VALUE} if nobody is scheduled. */
    long next() {
        Entry first = first();
        return first == null ? Long.MAX_VALUE : first.at();
    }

    /** Takes a peer whose time has come. */
    @Nullable
    Peer poll(long now) {
        Entry first = first();
        if (first == null || first.at() > now) {
            return null;
        }
        entries.remove();
        first.peer().scheduled(Long.MAX_VALUE);
        return first.peer();
    }

    private @Nullable Entry first() {
        Entry first = entries.peek();
        while (first != null && first.isVoid()) {
            entries.remove();
            first = entries.peek();
        }
        return first;
    }
}
