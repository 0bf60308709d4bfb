package weft.fleet;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;

/**
 * Sessions whose holder was found dead, in that order. Each stays one if that edge is back before its turn comes: without its
 * sessions.
 */
final class Orphans {
    /**
     * Sessions are taken over this long after their holder was found dead, in nanoseconds: the router in front of us has to
     * notice too, or it sends the device's response to the dead one.
     */
    static final long SETTLE = 150_000_000L;

    private record Orphan(StaticKey device, int holder, Version version, long since) {
        boolean isOf(SessionRecord record) {
            return record.holder() == holder && record.version().equals(version);
        }
    }

    private final Deque<Orphan> waiting = new ArrayDeque<>();

    void add(SessionRecord record, long now) {
        waiting.add(new Orphan(record.device().key(), record.holder(), record.version(), now));
    }

    boolean isDue(long now) {
        return !waiting.isEmpty() && now - waiting.getFirst().since() >= SETTLE;
    }

    /** The first one's record, of those that are kept; empty if it has changed since. */
    Optional<SessionRecord> next(Map<StaticKey, SessionRecord> kept) {
        Orphan orphan = waiting.removeFirst();
        return Optional.ofNullable(kept.get(orphan.device())).filter(orphan::isOf);
    }
}
