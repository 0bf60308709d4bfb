package weft.fleet;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * One edge's knowledge of its city: who belongs to it, who drains, who lives, and the table that follows. It changes by
 * lists of members and by heartbeats; {@link #view} is what it amounts to. One thread's.
 */
public final class Neighbours {
    /** Tables that are remembered, for sessions that stayed where they were when buckets moved. */
    static final int FORMER_TABLES = 4;

    private final String self;
    private final TableBuilder builder = new TableBuilder();
    private final Liveness liveness = new Liveness();
    private final ClockSkew clocks = new ClockSkew();
    private final List<CityTable> former = new ArrayList<>();
    private Map<String, Integer> weights = new TreeMap<>();
    private final Set<String> draining = new HashSet<>();
    private final Map<Integer, String> names = new LinkedHashMap<>();
    private List<String> roster;
    private CityTable table;
    private CityView view;

    /** Alone, until there is a list. */
    public Neighbours(String self) {
        this.self = self;
        weights.put(self, 1);
        roster = List.of(self);
        table = builder.build(List.of(Member.of(self)));
        view = look();
    }

    /** What the members and we agree on at the moment. */
    public CityView view() {
        return view;
    }

    /**
     * A new list of the city's members; we ourselves should be in it, and are kept in the roster if we are not.
     *
     * @throws IllegalArgumentException if two members have the same number: one of them needs another name
     */
    public void members(List<Member> list) {
        Map<String, Integer> next = new TreeMap<>();
        Map<Integer, String> nextNames = new LinkedHashMap<>();
        for (Member member : list) {
            next.put(member.name(), member.weight());
        }
        next.putIfAbsent(self, 1);
        for (String name : next.keySet()) {
            String other = nextNames.put(CityView.number(name), name);
            if (other != null) {
                throw new IllegalArgumentException(
                        "the edges " + other + " and " + name + " have the same number: one needs another name");
            }
        }
        weights = next;
        names.clear();
        names.putAll(nextNames);
        Set<Integer> others = new HashSet<>(names.keySet());
        others.remove(CityView.number(self));
        liveness.members(others);
        clocks.members(others);
        draining.retainAll(next.keySet());
        roster = List.copyOf(next.keySet());
        settle();
    }

    /**
     * A heartbeat.
     *
     * @return whether the view has changed
     */
    public boolean heard(int number, boolean drains, long theirMillis, long ourMillis, long now) {
        String name = names.get(number);
        if (name == null || name.equals(self)) {
            return false;
        }
        clocks.heard(number, theirMillis, ourMillis);
        boolean rose = liveness.heard(number, now);
        return drains(name, drains) || (rose && changed());
    }

    /** It says good-bye. @return whether the view has changed */
    public boolean leaves(int number, long now) {
        if (!liveness.isAlive(number)) {
            return false;
        }
        liveness.gone(number, now);
        clocks.lost(number);
        return changed();
    }

    /** We ourselves drain, or do not any more. */
    public boolean drain(boolean drains) {
        return drains(self, drains);
    }

    private boolean drains(String name, boolean drains) {
        if (!(drains ? draining.add(name) : draining.remove(name))) {
            return false;
        }
        settle();
        return true;
    }

    /** Who has died since the last look; every {@link Liveness#INTERVAL}. */
    public List<Integer> lost(long now) {
        List<Integer> lost = liveness.lost(now);
        lost.forEach(clocks::lost);
        if (!lost.isEmpty()) {
            changed();
        }
        return lost;
    }

    /** Where everybody drains, everybody owns: somebody has to. */
    private void settle() {
        List<Member> owners = weights.entrySet().stream()
                .filter(member -> !draining.contains(member.getKey()))
                .map(member -> new Member(member.getKey(), member.getValue()))
                .toList();
        if (owners.isEmpty()) {
            owners = weights.entrySet().stream()
                    .map(member -> new Member(member.getKey(), member.getValue()))
                    .toList();
        }
        CityTable next = builder.build(owners);
        if (next.digest() != table.digest()) {
            former.removeIf(old -> old.digest() == next.digest());
            former.addFirst(table);
            if (former.size() > FORMER_TABLES) {
                former.removeLast();
            }
            table = next;
        }
        changed();
    }

    private boolean changed() {
        view = look();
        return true;
    }

    private CityView look() {
        boolean[] alive = new boolean[roster.size()];
        for (int i = 0; i < alive.length; i++) {
            alive[i] = liveness.isAlive(CityView.number(roster.get(i)));
        }
        return new CityView(roster, self, alive, table, former);
    }

    /** All members by name, in the order of the view's places. */
    public List<String> roster() {
        return roster;
    }

    /** All members' numbers. */
    public Set<Integer> numbers() {
        return Set.copyOf(names.keySet());
    }

    public boolean isDraining(String name) {
        return draining.contains(name);
    }

    /** Whether handshakes that we begin would be trusted: our clock agrees with the city's, and it is not we who are cut off. */
    public boolean mayTakeOver() {
        return clocks.isTolerable() && !liveness.isIsolated();
    }

    /** See {@link Liveness#isIsolated}. */
    public boolean isIsolated() {
        return liveness.isIsolated();
    }

    /** See {@link ClockSkew#millis}. */
    public long clockSkewMillis() {
        return clocks.millis();
    }
}
