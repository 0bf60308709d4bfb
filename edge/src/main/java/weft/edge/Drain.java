package weft.edge;

import java.time.Duration;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import weft.fleet.CityView;
import weft.fleet.Custody;
import weft.fleet.HandOvers;
import weft.fleet.Neighbours;
import weft.fleet.StaticKey;

/**
 * Whether this edge drains, by a person's command, by the list of members or for its own health, and what becomes of its sessions. The city's
 * thread only, but where it is said otherwise.
 */
final class Drain implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Drain.class);

    /** Where nobody has said how long. */
    static final Duration DEADLINE = Duration.ofMinutes(15);

    private enum Reason {
        COMMAND,
        LIST,
        /** Our data path does not work. */
        SICKNESS
    }

    private static final long LOOK = 1_000_000_000L;
    private static final long ASK = 10_000_000_000L;

    private final CityAgent agent;
    private final Neighbours neighbours;
    private final Custody custody;
    private final Runnable changed;
    private final HandOvers handOvers;
    /** Of each reason to drain that there is, the deadline; the earliest counts. */
    private final Map<Reason, Long> deadlines = new EnumMap<>(Reason.class);

    private long deadline;
    private long looked = System.nanoTime() - LOOK;
    private long asked = System.nanoTime() - ASK;
    private boolean withdrawn;
    private volatile @Nullable Usage usage;
    private volatile @Nullable Announcement announcement;

    /** @param changed publishes what the neighbours amount to by then */
    Drain(CityAgent agent, Neighbours neighbours, Custody custody, Runnable changed) {
        this.agent = agent;
        this.neighbours = neighbours;
        this.custody = custody;
        this.changed = changed;
        handOvers = new HandOvers(custody);
    }

    /** Before the first packet. */
    void serve(Usage sessions, Announcement routers) {
        usage = sessions;
        announcement = routers;
    }

    /** No new clients, and none at all soon after the deadline. Said again, the deadline changes. From any thread. */
    void begin(Duration within) {
        agent.put(() -> {
            LOG.info("this edge drains, within {} s", within.toSeconds());
            deadlines.put(Reason.COMMAND, System.nanoTime() + within.toNanos());
            settle();
            changed.run();
        });
    }

    /** Back to serving, unless the list of members wants otherwise. From any thread. */
    void end() {
        agent.put(() -> {
            deadlines.remove(Reason.COMMAND);
            settle();
            changed.run();
        });
    }

    /** What our own entry in the list of members says; the caller publishes. */
    void list(boolean drains) {
        if (!drains) {
            deadlines.remove(Reason.LIST);
        } else if (!deadlines.containsKey(Reason.LIST)) {
            LOG.info("this edge drains, as the list of members says, within {} s", DEADLINE.toSeconds());
            deadlines.put(Reason.LIST, System.nanoTime() + DEADLINE.toNanos());
        }
        settle();
    }

    /** Our data path does not work, or does again. Other edges can serve our sessions, so there is nothing to wait for. */
    void sick(boolean handsOver) {
        if (handsOver) {
            deadlines.putIfAbsent(Reason.SICKNESS, System.nanoTime());
        } else {
            deadlines.remove(Reason.SICKNESS);
        }
        settle();
        changed.run();
    }

    private void settle() {
        if (isOn()) {
            long now = System.nanoTime();
            long until = deadlines.values().stream()
                    .min(Comparator.comparingLong(at -> at - now))
                    .orElse(now);
            if (neighbours.drain(true) || until != deadline) {
                deadline = until;
                handOvers.drain(until);
            }
        } else if (neighbours.drain(false)) {
            LOG.info("this edge takes clients again");
            handOvers.serve();
        }
    }

    boolean isOn() {
        return !deadlines.isEmpty();
    }

    void beat(long now) {
        announce(isOn() && othersServe());
        if (now - asked >= ASK && handOvers.asksForUse()) {
            asked = now;
            askUses();
        }
        if (now - looked >= LOOK) {
            looked = now;
            handOvers.look(neighbours.view(), now);
        }
        handOvers.tick(neighbours.view(), this::serves, now);
    }

    /** The last edge of a city that takes packets from its routers goes on doing so: its sessions have no other way in. */
    private void announce(boolean away) {
        Announcement routers = announcement;
        if (routers == null || withdrawn == away) {
            return;
        }
        withdrawn = away;
        if (away) {
            routers.withdraw(Announcement.Obstacle.DRAINING);
        } else {
            routers.restore(Announcement.Obstacle.DRAINING);
        }
    }

    private boolean othersServe() {
        CityView view = neighbours.view();
        return IntStream.range(0, view.size())
                .anyMatch(place -> place != view.self() && view.isAlive(place) && serves(place));
    }

    boolean serves(int place) {
        return !neighbours.isDraining(neighbours.roster().get(place));
    }

    private void askUses() {
        Usage known = usage;
        if (known != null) {
            Thread.ofVirtual().name("usage").start(() -> {
                try {
                    Map<StaticKey, HandOvers.Use> uses = known.uses();
                    agent.put(() -> handOvers.used(uses));
                } catch (IllegalStateException closing) {
                    LOG.debug("too late to ask how sessions are used");
                }
            });
        }
    }

    /** Open inner flows, if the kernel says. Waits for it, on any thread. */
    Optional<Integer> flows() {
        Usage known = usage;
        return known == null ? Optional.empty() : known.flows();
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
        return new FleetStatus.Drain(state, custody.held(), flows, left, deadlines.containsKey(Reason.LIST));
    }

    @Override
    public void close() {
        Usage known = usage;
        if (known != null) {
            known.close();
        }
    }
}
