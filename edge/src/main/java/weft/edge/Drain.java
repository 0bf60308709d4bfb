package weft.edge;

import java.time.Duration;
import java.util.Optional;
import weft.fleet.Custody;
import weft.fleet.HandOvers;
import weft.fleet.Neighbours;

/**
 * Whether this edge drains, by a person's command or by the list of members, and what becomes of its sessions. The city's
 * thread only.
 */
final class Drain {
    /** Where nobody has said how long. */
    static final Duration DEADLINE = Duration.ofMinutes(15);

    private static final long LOOK = 1_000_000_000L;
    private static final long ASK = 10_000_000_000L;

    private final Neighbours neighbours;
    private final Custody custody;
    private final HandOvers handOvers;
    private boolean byCommand;
    private boolean byList;
    private long deadline;
    private long looked = System.nanoTime() - LOOK;
    private long asked = System.nanoTime() - ASK;

    Drain(Neighbours neighbours, Custody custody) {
        this.neighbours = neighbours;
        this.custody = custody;
        handOvers = new HandOvers(custody);
    }

    /** @return whether the view has changed */
    boolean command(Duration within) {
        byCommand = true;
        deadline = System.nanoTime() + within.toNanos();
        handOvers.drain(deadline);
        return neighbours.drain(true);
    }

    /** Back to serving, unless the list wants otherwise. */
    boolean uncommand() {
        byCommand = false;
        return settle();
    }

    /** What our own entry in the list of members says. */
    boolean list(boolean drains) {
        if (drains && !byList && !byCommand) {
            deadline = System.nanoTime() + DEADLINE.toNanos();
            handOvers.drain(deadline);
        }
        byList = drains;
        return settle();
    }

    private boolean settle() {
        if (!byCommand && !byList) {
            handOvers.serve();
        }
        return neighbours.drain(byCommand || byList);
    }

    boolean isOn() {
        return byCommand || byList;
    }

    /** @return whether {@link Usage#uses} should be asked now, and {@link HandOvers#used} told */
    boolean beat(long now) {
        if (now - looked >= LOOK) {
            looked = now;
            handOvers.look(neighbours.view(), now);
        }
        handOvers.tick(
                neighbours.view(),
                place -> !neighbours.isDraining(neighbours.roster().get(place)),
                now);
        if (now - asked < ASK || custody.held() == 0) {
            return false;
        }
        asked = now;
        return true;
    }

    HandOvers handOvers() {
        return handOvers;
    }

    /** Waits for nothing: what the kernel knows is the caller's to ask. */
    FleetStatus.Drain status(Optional<Integer> flows, long now) {
        FleetStatus.DrainState state = switch (handOvers.state(now)) {
            case SERVING -> FleetStatus.DrainState.SERVING;
            case KEEPING -> FleetStatus.DrainState.KEEPING;
            case MOVING -> FleetStatus.DrainState.MOVING;
            case DRAINED -> FleetStatus.DrainState.DRAINED;
        };
        Optional<Long> left = isOn()
                ? Optional.of(Math.max(0, Duration.ofNanos(deadline - now).toSeconds()))
                : Optional.empty();
        return new FleetStatus.Drain(state, custody.held(), flows, left, byList);
    }
}
