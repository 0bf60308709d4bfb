package weft.fleet;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * Which of our sessions go to another edge, and when. An edge that drains keeps a session until it is idle or the deadline
 * comes, since the inner flows through its NAT end with the move; one that does not drain gives away the idle ones whose
 * bucket has another owner by now.
 *
 * <p>A session goes like this: the heir gets its record and begins a handshake with the device; we open and seal as before.
 * When the device has answered, the heir says so ({@link MeshMessage.Taken}); we go on for {@link Custody#LINGER} and
 * then fall silent. An heir that does not succeed is asked again, then another owner is. A device that nobody reaches
 * stays with us until it speaks to somebody.
 *
 * <p>A state machine; the acts are {@link Custody}'s. Times are in nanoseconds. One thread's.
 */
public final class HandOvers {
    /** Without an inner packet for this long, and with no open flow, a session is idle. */
    public static final long IDLE = 900_000_000_000L;

    /** Sessions that are handed over in one {@link #tick}: 320 in a second, so that no heir drowns in handshakes. */
    static final int A_TICK = 16;

    /** An heir is asked again after this. */
    static final long RETRY = 2_000_000_000L;

    /** Heirs are asked this often, each one twice in a row; then there is a pause. */
    static final int TRIES = 6;

    static final long PAUSE = 600_000_000_000L;

    /** After the deadline, an edge where nothing has moved for this long is drained, whatever is left. */
    static final long STUCK = 2 * TRIES * RETRY;

    private static final long NO_DEADLINE = Long.MAX_VALUE;

    /** What an edge does about its sessions. */
    public enum State {
        SERVING,
        /** Drains, and keeps sessions that are in use, as the deadline has not come. */
        KEEPING,
        /** Drains, and gives away all that it has. */
        MOVING,
        /** Has nothing any more, or nothing that anybody could take. */
        DRAINED
    }

    /**
     * How a session is used.
     *
     * @param lastPacket when the last inner packet passed
     * @param openFlow whether a flow of the device's is open in our NAT
     */
    public record Use(long lastPacket, boolean openFlow) {
        boolean isIdle(long now) {
            return !openFlow && now - lastPacket >= IDLE;
        }
    }

    private record Attempt(StaticKey device, long at) {}

    private final Custody custody;
    private final Deque<StaticKey> due = new ArrayDeque<>();
    private final PriorityQueue<Attempt> again = new PriorityQueue<>(Comparator.comparingLong(Attempt::at));
    private final Map<StaticKey, Integer> tries = new HashMap<>();
    private Map<StaticKey, Use> uses = Map.of();
    private boolean misplaced;
    private boolean draining;
    private boolean overdue;
    private long deadline = NO_DEADLINE;
    private long moved;
    private int held;

    public HandOvers(Custody custody) {
        this.custody = custody;
    }

    /** No new clients from now on, and none at all soon after the deadline. While we drain already, only that changes. */
    public void drain(long until) {
        draining = true;
        overdue = false;
        deadline = until;
    }

    /** Clients are welcome again; what has not left stays. */
    public void serve() {
        draining = false;
        overdue = false;
        deadline = NO_DEADLINE;
        tries.keySet().forEach(custody::keep);
        forget();
    }

    private void forget() {
        tries.clear();
        due.clear();
        again.clear();
    }

    /** How sessions are used, as far as that is known: those that are not named count as in use. */
    public void used(Map<StaticKey, Use> known) {
        uses = Map.copyOf(known);
    }

    /** Finds the sessions that have to go; once a second or so, since it looks at all. */
    public void look(CityView view, long now) {
        if (draining && !overdue && now >= deadline) {
            overdue = true;
            moved = now;
            forget();
        }
        Set<StaticKey> going = new HashSet<>();
        misplaced = false;
        custody.forEachHeld((device, clientId) -> {
            misplaced |= isMisplaced(clientId, view);
            if (mustGo(device, clientId, view, now)) {
                going.add(device);
                if (tries.putIfAbsent(device, 0) == null) {
                    due.add(device);
                }
            }
        });
        tries.keySet().removeIf(device -> {
            boolean stays = !going.contains(device);
            if (stays) {
                custody.keep(device);
            }
            return stays;
        });
        if (custody.held() < held) {
            moved = now;
        }
        held = custody.held();
    }

    private boolean mustGo(StaticKey device, int clientId, CityView view, long now) {
        if (overdue) {
            return true;
        }
        Use use = uses.get(device);
        return use != null && use.isIdle(now) && (draining || isMisplaced(clientId, view));
    }

    private static boolean isMisplaced(int clientId, CityView view) {
        int owner = view.owner(clientId);
        return owner != view.self() && view.isAlive(owner);
    }

    /** Whether it matters at the moment how sessions are used; to find out is not cheap. As of the last {@link #look}. */
    public boolean asksForUse() {
        return custody.held() > 0 && !overdue && (draining || misplaced);
    }

    /**
     * Begins a bounded number of hand-overs; every {@link Liveness#INTERVAL}.
     *
     * @param takes whether the edge of a place takes clients
     */
    public void tick(CityView view, IntPredicate takes, long now) {
        int begun = 0;
        while (begun < A_TICK && !again.isEmpty() && again.peek().at() <= now) {
            begun += begin(again.remove().device(), view, takes, now);
        }
        while (begun < A_TICK && !due.isEmpty()) {
            moved = now;
            begun += begin(due.remove(), view, takes, now);
        }
    }

    private int begin(StaticKey device, CityView view, IntPredicate takes, long now) {
        Integer before = tries.get(device);
        if (before == null || !custody.has(device)) {
            return 0;
        }
        tries.put(device, before + 1);
        boolean last = (before + 1) % TRIES == 0;
        again.add(new Attempt(device, now + (last ? PAUSE : RETRY)));
        return custody.handOver(device, before / 2, view, takes) ? 1 : 0;
    }

    public State state(long now) {
        if (!draining) {
            return State.SERVING;
        }
        boolean nothingLeft = custody.held() == 0 && custody.leaving() == 0;
        if (nothingLeft || (overdue && now - moved >= STUCK)) {
            return State.DRAINED;
        }
        return overdue ? State.MOVING : State.KEEPING;
    }
}
