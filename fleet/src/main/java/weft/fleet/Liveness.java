package weft.fleet;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which neighbours live, by the heartbeats that they send. Deaths are found here and nowhere else: a lease at the control
 * plane says nothing of an edge's path to us, and would bury a healthy edge that has lost the control plane.
 *
 * <p>Dead is who was silent for three intervals. Back is, after a death, who was heard {@link #RECOVERY} times without
 * dying again, so that an edge on the brink does not pull sessions to and fro. Who has never been heard is not alive yet, and
 * needs one heartbeat only.
 *
 * <p>An edge that loses all of several neighbours at once has most likely lost its own cable. It says so, and then nobody's
 * sessions are to be taken over: the others are doing just that with its own.
 */
public final class Liveness {
    /** Heartbeats go out this often, in nanoseconds. */
    public static final long INTERVAL = 50_000_000L;

    static final int MISSES = 3;
    static final int RECOVERY = 10;
    /** Neighbours lost within this time were lost together. */
    static final long TOGETHER = 1_000_000_000L;

    private static final class Neighbour {
        long heardAt;
        int heard;
        boolean alive;
        boolean hasDied;
        long diedAt;

        boolean isDying(long now) {
            return alive && now - heardAt > MISSES * INTERVAL;
        }
    }

    private final Map<Integer, Neighbour> neighbours = new HashMap<>();

    /** Who there is besides us; what is known of those that stay is kept. */
    public void members(Set<Integer> numbers) {
        neighbours.keySet().retainAll(numbers);
        numbers.forEach(number -> neighbours.computeIfAbsent(number, added -> new Neighbour()));
    }

    /** @return whether it is alive now and was not before */
    public boolean heard(int number, long now) {
        Neighbour neighbour = neighbours.get(number);
        if (neighbour == null) {
            return false;
        }
        boolean gap = now - neighbour.heardAt > MISSES * INTERVAL;
        neighbour.heard = gap ? 1 : neighbour.heard + 1;
        neighbour.heardAt = now;
        if (neighbour.alive || (neighbour.hasDied && neighbour.heard < RECOVERY)) {
            return false;
        }
        neighbour.alive = true;
        return true;
    }

    /** It has said itself that it goes, or the kernel that nobody listens there any more. */
    public void gone(int number, long now) {
        Neighbour neighbour = neighbours.get(number);
        if (neighbour != null && neighbour.alive) {
            die(neighbour, now);
        }
    }

    /** Who has died since the last look; to be asked every interval. */
    public List<Integer> lost(long now) {
        List<Integer> lost = new ArrayList<>();
        neighbours.forEach((number, neighbour) -> {
            if (neighbour.isDying(now)) {
                die(neighbour, now);
                lost.add(number);
            }
        });
        return lost;
    }

    private static void die(Neighbour neighbour, long now) {
        neighbour.alive = false;
        neighbour.hasDied = true;
        neighbour.diedAt = now;
        neighbour.heard = 0;
    }

    public boolean isAlive(int number) {
        Neighbour neighbour = neighbours.get(number);
        return neighbour != null && neighbour.alive;
    }

    /** Whether at least two neighbours were lost at once, and no other is left. */
    public boolean isIsolated() {
        long last = Long.MIN_VALUE;
        for (Neighbour neighbour : neighbours.values()) {
            if (neighbour.alive) {
                return false;
            }
            last = neighbour.hasDied ? Math.max(last, neighbour.diedAt) : last;
        }
        int together = 0;
        for (Neighbour neighbour : neighbours.values()) {
            together += neighbour.hasDied && last - neighbour.diedAt <= TOGETHER ? 1 : 0;
        }
        return together >= 2;
    }
}
