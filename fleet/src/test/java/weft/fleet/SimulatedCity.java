package weft.fleet;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A city of a {@link Simulation}: edges that decide by the real classes and tell each other by messages that arrive at once, in
 * virtual time. What stands in for the rest: all edges agree on who lives, and a handshake succeeds.
 */
final class SimulatedCity {
    private static final long STEP = Liveness.INTERVAL;

    /** After so many steps in which nobody has anything to do, nobody will: longer than settling and sending again take. */
    private static final int QUIET_STEPS = 8;

    private final Random random;
    private final TableBuilder builder;
    private final @Nullable Edge[] holders;
    private final Map<String, Edge> edges = new HashMap<>();
    private final Set<String> draining = new HashSet<>();
    private final Set<String> dead = new HashSet<>();
    private final List<CityTable> former = new ArrayList<>();
    private List<String> roster = List.of();
    private CityTable table;
    private long now = 1_000_000_000L;
    private long acts;
    long takeOvers;

    /** One edge, since its last start. */
    final class Edge {
        final String name;
        final Holders known = new Holders();
        final Custody custody;
        CityView view;

        @SuppressWarnings("NullAway.Init") // looked up at once
        Edge(String name) {
            this.name = name;
            custody = new Custody(CityView.number(name), known, new Holders(), this::act);
        }

        boolean isHere(SimulatedCity city) {
            return city == SimulatedCity.this;
        }

        SimulatedCity city() {
            return SimulatedCity.this;
        }

        private void act(Custody.Act act) {
            acts++;
            switch (act) {
                case Custody.Act.Tell(int to, MeshMessage message) -> {
                    String there = roster.get(to);
                    if (!dead.contains(there)) {
                        Edge other = edge(there);
                        MeshMessage arrived =
                                MeshMessage.decode(message.encode()).orElseThrow();
                        other.custody.hear(arrived, CityView.number(name), other.view, now);
                    }
                }
                case Custody.Act.TakeOver(SessionRecord record) -> {
                    takeOvers++;
                    establish(Simulation.device(record.device().clientId()));
                }
                case Custody.Act.LetGo(StaticKey device) -> {}
            }
        }

        void establish(int device) {
            StaticKey key = Simulation.key(device);
            Version version = custody.next(key, true, now);
            custody.holds(Simulation.record(device, CityView.number(name), version), view, now);
            holders[device] = this;
        }
    }

    /** @param holders of all devices, in whatever city */
    SimulatedCity(int size, Random random, TableBuilder builder, @Nullable Edge[] holders) {
        this.random = random;
        this.builder = builder;
        this.holders = holders;
        for (int i = 0; i < size; i++) {
            String name = Cities.name(random);
            edges.put(name, new Edge(name));
        }
        table = build();
        look();
    }

    private Edge edge(String name) {
        Edge edge = edges.get(name);
        if (edge == null) {
            throw new IllegalArgumentException(name);
        }
        return edge;
    }

    private CityTable build() {
        return builder.build(edges.keySet().stream()
                .filter(name -> !draining.contains(name))
                .map(Member::of)
                .toList());
    }

    /** As {@link Neighbours} remembers tables. */
    private void settleTable() {
        CityTable next = build();
        if (next.digest() != table.digest()) {
            former.removeIf(old -> old.digest() == next.digest());
            former.addFirst(table);
            if (former.size() > Neighbours.FORMER_TABLES) {
                former.removeLast();
            }
            table = next;
        }
        look();
    }

    private void look() {
        roster = edges.keySet().stream().sorted().toList();
        boolean[] alive = new boolean[roster.size()];
        for (int i = 0; i < alive.length; i++) {
            alive[i] = !dead.contains(roster.get(i));
        }
        living().forEach(edge -> edge.view = new CityView(roster, edge.name, alive, table, former));
        living().forEach(edge -> edge.custody.viewChanged(edge.view));
    }

    List<Edge> living() {
        return edges.values().stream().filter(edge -> !dead.contains(edge.name)).toList();
    }

    /** Those that are in the table, and alive. */
    List<Edge> serving() {
        return living().stream().filter(edge -> !draining.contains(edge.name)).toList();
    }

    /** Until nobody has anything to do any more. */
    void settle() {
        for (int quiet = 0; quiet < QUIET_STEPS; quiet++) {
            long before = acts;
            now += STEP;
            living().forEach(edge -> edge.custody.tick(edge.view, true, now));
            quiet = acts == before ? quiet : -1;
        }
    }

    void add() {
        String name = Cities.name(random);
        edges.put(name, new Edge(name));
        settleTable();
    }

    void drain(Edge edge) {
        draining.add(edge.name);
        settleTable();
    }

    /** A drained edge says good-bye at its deadline; its keepers take over what it still has, and it is struck off. */
    void leave(Edge edge) {
        kill(List.of(edge));
        settle();
        edges.remove(edge.name);
        draining.remove(edge.name);
        dead.remove(edge.name);
        settleTable();
    }

    /** All at the same moment. */
    void kill(List<Edge> victims) {
        victims.forEach(victim -> dead.add(victim.name));
        look();
        for (Edge victim : victims) {
            living().forEach(edge -> edge.custody.died(CityView.number(victim.name), now));
        }
    }

    void restart(Edge edge) {
        dead.remove(edge.name);
        edges.put(edge.name, new Edge(edge.name));
        look();
    }

    /** Whether a session of this edge is lost if these die together: the one who keeps its record is among them. */
    boolean isLostWith(int device, Edge holder, List<Edge> victims) {
        int keeper = holder.view.keeper(Simulation.clientId(device), holder.view.place(CityView.number(holder.name)));
        return keeper < 0
                || victims.stream().anyMatch(victim -> roster.get(keeper).equals(victim.name));
    }

    /** A datagram of a device comes to some edge. @return how often it was passed on until somebody kept it */
    int journey(int device, Router router, Forward forward) {
        List<Edge> all = living();
        Edge holder = holders[device];
        Edge at = all.get(random.nextInt(all.size()));
        int hops = 0;
        if (at == holder) {
            return hops;
        }
        int client = Simulation.clientId(device);
        Router.Way way = router.first(forward, at.view, at.known, client);
        while (way == Router.Way.PASS) {
            at = edge(roster.get(router.to()));
            hops++;
            if (at == holder) {
                return hops;
            }
            way = router.next(forward, at.view, at.known, client);
        }
        if (way != Router.Way.TAKE || (holder != null && holder.isHere(this))) {
            throw new AssertionError("a session of this city was not found: " + way + " after " + hops);
        }
        at.establish(device);
        return hops;
    }

    void ended(int device, Edge holder) {
        holder.custody.ended(Simulation.key(device), holder.view);
        holders[device] = null;
    }

    CityTable table() {
        return table;
    }

    int size() {
        return edges.size();
    }

    /** Most first-owned buckets of an edge ÷ mean. */
    double balance() {
        return Change.greatest(table.owned(0)) * (double) table.members().size() / CityTable.BUCKETS;
    }

    /** Each bucket has three owners, or as many as there are edges, all different; and somebody to ask who lives. */
    boolean isSound() {
        int owners = Math.min(CityTable.OWNERS, table.members().size());
        Edge any = living().getFirst();
        int[] places = new int[CityView.MOST_HOPS];
        for (int bucket = 0; bucket < CityTable.BUCKETS; bucket++) {
            for (int rank = 1; rank < owners; rank++) {
                for (int other = 0; other < rank; other++) {
                    if (table.owner(bucket, rank) == table.owner(bucket, other)) {
                        return false;
                    }
                }
            }
        }
        for (int client = 1; client < 1000; client++) {
            int count = any.view.hops(client, places);
            for (int i = 0; i < count; i++) {
                if (dead.contains(roster.get(places[i]))) {
                    return false;
                }
            }
            if (count < Math.min(owners - dead.size(), 1)) {
                return false;
            }
        }
        return table.owners() == owners;
    }

    /** Sessions and copies of records, by what the edges themselves count. */
    Optional<String> disagreement(long sessions) {
        long held = living().stream().mapToLong(edge -> edge.custody.held()).sum();
        long kept = living().stream().mapToLong(edge -> edge.custody.kept()).sum();
        boolean agree = held == sessions && (kept == sessions || living().size() == 1);
        return agree ? Optional.empty() : Optional.of(sessions + " sessions, held " + held + ", kept " + kept);
    }
}
