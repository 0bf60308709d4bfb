package weft.edge;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import weft.fleet.CityTable;
import weft.fleet.CityView;
import weft.fleet.Custody;
import weft.fleet.MeshMessage;
import weft.fleet.Neighbours;

/** What edges last said of themselves, for {@link FleetStatus}. The city's thread only. */
final class Reports {
    private static final long INTERVAL = 1_000_000_000L;

    private final Neighbours neighbours;
    private final Custody custody;
    private final FleetCounters counters;
    private final Map<Integer, Long> digests = new HashMap<>();
    private final Map<Integer, MeshMessage.Figures> figures = new HashMap<>();
    private long told = System.nanoTime() - INTERVAL;

    Reports(Neighbours neighbours, Custody custody, FleetCounters counters) {
        this.neighbours = neighbours;
        this.custody = custody;
        this.counters = counters;
    }

    /** Who there is; the others are forgotten. */
    void members(Set<Integer> numbers) {
        digests.keySet().retainAll(numbers);
        figures.keySet().retainAll(numbers);
    }

    /** A heartbeat's. */
    void digest(int member, long digest) {
        if (isMember(member)) {
            digests.put(member, digest);
        }
    }

    void figures(int member, MeshMessage.Figures said) {
        if (isMember(member)) {
            figures.put(member, said);
        }
    }

    /** What we have to say of ourselves, if it is time to say it again. */
    Optional<MeshMessage> due(long now) {
        if (now - told < INTERVAL) {
            return Optional.empty();
        }
        told = now;
        return Optional.of(ours());
    }

    private MeshMessage.Figures ours() {
        Map<FleetCount, Long> counted = counters.snapshot();
        return new MeshMessage.Figures(
                custody.held(),
                counted.getOrDefault(FleetCount.ARRIVED, 0L),
                counted.getOrDefault(FleetCount.FORWARDED, 0L),
                counted.getOrDefault(FleetCount.TAKEN_OVER, 0L));
    }

    private boolean isMember(int number) {
        return neighbours.view().place(number) >= 0;
    }

    FleetStatus status(FleetStatus.Health dataPath, FleetStatus.Drain drain) {
        CityView view = neighbours.view();
        int[] owned = view.owned();
        List<FleetStatus.Member> edges = new ArrayList<>();
        for (int place = 0; place < view.size(); place++) {
            int number = view.number(place);
            boolean self = place == view.self();
            Optional<Boolean> same = self
                    ? Optional.of(true)
                    : Optional.ofNullable(digests.get(number)).map(digest -> digest == view.digest());
            edges.add(new FleetStatus.Member(
                    neighbours.roster().get(place),
                    state(place),
                    (double) owned[place] / CityTable.BUCKETS,
                    same,
                    figures(self ? ours() : figures.get(number))));
        }
        return new FleetStatus(
                FleetStatus.VERSION,
                neighbours.roster().get(view.self()),
                String.format("%016x", view.digest()),
                neighbours.clockSkewMillis(),
                neighbours.mayTakeOver(),
                dataPath,
                drain,
                edges,
                counters.snapshot());
    }

    private FleetStatus.MemberState state(int place) {
        if (!neighbours.view().isAlive(place)) {
            return FleetStatus.MemberState.DEAD;
        }
        if (place == neighbours.view().self() && neighbours.isIsolated()) {
            return FleetStatus.MemberState.ISOLATED;
        }
        return neighbours.isDraining(neighbours.roster().get(place))
                ? FleetStatus.MemberState.DRAINING
                : FleetStatus.MemberState.ALIVE;
    }

    private static Optional<FleetStatus.Figures> figures(MeshMessage.@Nullable Figures said) {
        return Optional.ofNullable(said)
                .map(known -> FleetStatus.Figures.of(
                        known.sessions(), known.received(), known.passedOn(), known.takenOver()));
    }
}
