package weft.fleet;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A world of cities whose edges come, go and die at random while devices come, go and move: what that does to sessions. */
final class Simulation {
    /** What happens. */
    enum Kind {
        ADD,
        DRAIN,
        LEAVE,
        KILL,
        KILL_TWO,
        RESTART,
        MOVE
    }

    /** What all events of one kind came to: sums, and the worst balance. */
    static final class Row {
        int events;
        double disruption;
        double balance;
        double secondHops;
        long takeOvers;
        long lost;
    }

    private static final int FIRST_CITY_SHARE = 2;
    private static final int IDS_APART = 8;
    private static final long ANYCAST = 0xffff_cb00_7101L;
    private static final int SAMPLES = 2_000;
    private static final int MOVES_AT_ONCE = 100;

    private final Random random;
    private final TableBuilder builder = new TableBuilder();
    private final List<SimulatedCity> cities = new ArrayList<>();
    private final int[] cityOf;
    private final SimulatedCity.@Nullable Edge[] holders;
    private final Router router = new Router();
    private final Forward forward = new Forward();
    private final Map<Kind, Row> rows = new EnumMap<>(Kind.class);

    /**
     * @param greatest edges of the greatest city; the others have fewer, by the square root of their rank, and two at least
     * @param devices registered; each is at home in a city, in which there are the more the more edges it has
     * @param connected how many of them have a session
     */
    Simulation(long seed, int cityCount, int greatest, int devices, int connected) {
        random = new Random(seed);
        cityOf = new int[devices];
        holders = new SimulatedCity.Edge[devices];
        List<Integer> edgeHomes = new ArrayList<>();
        for (int rank = 1; rank <= cityCount; rank++) {
            int size = Math.max(FIRST_CITY_SHARE, (int) Math.round(greatest / Math.sqrt(rank)));
            cities.add(new SimulatedCity(size, random, builder, holders));
            for (int i = 0; i < size; i++) {
                edgeHomes.add(rank - 1);
            }
        }
        for (int device = 0; device < devices; device++) {
            cityOf[device] = edgeHomes.get(random.nextInt(edgeHomes.size()));
        }
        for (int device = 0; device < connected; device++) {
            city(device).journey(device, router, forward);
        }
        cities.forEach(SimulatedCity::settle);
        for (Kind kind : Kind.values()) {
            rows.put(kind, new Row());
        }
    }

    private SimulatedCity city(int device) {
        return cities.get(cityOf[device]);
    }

    static int clientId(int device) {
        return device * IDS_APART + 1;
    }

    static int device(int clientId) {
        return (clientId - 1) / IDS_APART;
    }

    static StaticKey key(int device) {
        byte[] bytes = new byte[StaticKey.SIZE];
        for (int i = 0; i < Integer.BYTES; i++) {
            bytes[i] = (byte) ((device * 0x9E3779B9) >>> (8 * i));
        }
        return new StaticKey(bytes);
    }

    static SessionRecord record(int device, int holder, Version version) {
        SessionRecord.Device known = new SessionRecord.Device(
                key(device),
                Psk.none(),
                clientId(device),
                device,
                0xfdL << 56,
                device,
                "device-" + device,
                Optional.empty(),
                false);
        return new SessionRecord(
                known,
                new SessionRecord.Endpoint(0, 0xffff_0000_0000L | device + 1, 4_000, 0, ANYCAST, 2_408),
                Optional.empty(),
                0,
                List.of(device),
                Stamp.NEVER,
                Stamp.NEVER,
                holder,
                version);
    }

    Row row(Kind kind) {
        Row row = rows.get(kind);
        if (row == null) {
            throw new IllegalArgumentException(kind.name());
        }
        return row;
    }

    /** Something happens in some city, greater ones more often, and comes to rest. @throws AssertionError if it does harm */
    void step() {
        SimulatedCity city = city(random.nextInt(cityOf.length));
        Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
        Row row = row(kind);
        CityTable before = city.table();
        long takeOvers = city.takeOvers;
        List<SimulatedCity.Edge> serving = city.serving();
        switch (kind) {
            case ADD -> city.add();
            case DRAIN -> {
                if (serving.size() <= 2) {
                    return;
                }
                city.drain(any(serving));
                require(city, 0);
            }
            case LEAVE -> {
                if (serving.size() <= 2) {
                    return;
                }
                SimulatedCity.Edge leaver = any(serving);
                city.drain(leaver);
                city.settle();
                city.leave(leaver);
            }
            case KILL, KILL_TWO, RESTART -> {
                int count = kind == Kind.KILL_TWO ? 2 : 1;
                if (serving.size() <= count + 1) {
                    return;
                }
                row.lost += kill(city, serving, count, kind == Kind.RESTART);
            }
            case MOVE -> move(city);
        }
        city.settle();
        require(city, dead(city));
        row.events++;
        row.takeOvers += city.takeOvers - takeOvers;
        row.disruption += disruption(before, city.table());
        row.balance = Math.max(row.balance, city.balance());
        row.secondHops += secondHops(city);
    }

    private SimulatedCity.Edge any(List<SimulatedCity.Edge> edges) {
        return edges.get(random.nextInt(edges.size()));
    }

    private static int dead(SimulatedCity city) {
        return city.size() - city.living().size();
    }

    /**
     * Kills some, who come back: at once, before anybody could take over, or once all is settled.
     *
     * @return sessions that are lost, as their holders and the keepers of their records died together
     */
    private long kill(SimulatedCity city, List<SimulatedCity.Edge> serving, int count, boolean atOnce) {
        List<SimulatedCity.Edge> victims = new ArrayList<>();
        while (victims.size() < count) {
            SimulatedCity.Edge victim = any(serving);
            if (!victims.contains(victim)) {
                victims.add(victim);
            }
        }
        List<Integer> lost = new ArrayList<>();
        List<Integer> orphans = new ArrayList<>();
        for (int device = 0; device < holders.length; device++) {
            SimulatedCity.Edge holder = holders[device];
            if (holder != null && victims.contains(holder)) {
                (city.isLostWith(device, holder, victims) ? lost : orphans).add(device);
            }
        }
        city.kill(victims);
        lost.forEach(device -> holders[device] = null);
        if (!atOnce) {
            city.settle();
        }
        victims.forEach(city::restart);
        city.settle();
        for (int device : orphans) {
            SimulatedCity.Edge holder = holders[device];
            if (holder == null || victims.contains(holder)) {
                throw new AssertionError("a session was lost though its record was kept");
            }
        }
        lost.forEach(device -> city.journey(device, router, forward));
        return lost.size();
    }

    /** Devices go from one city to another, whose owner takes them; the first one is told. */
    private void move(SimulatedCity to) {
        for (int i = 0; i < MOVES_AT_ONCE; i++) {
            int device = random.nextInt(cityOf.length);
            SimulatedCity.Edge holder = holders[device];
            if (holder != null && !holder.isHere(to)) {
                holder.city().ended(device, holder);
                cityOf[device] = cities.indexOf(to);
                to.journey(device, router, forward);
            }
        }
    }

    private void require(SimulatedCity city, int dead) {
        if (!city.isSound()) {
            throw new AssertionError(
                    "a table without three different owners, or with dead ones in the way; dead: " + dead);
        }
        int edges = city.table().members().size();
        double most = edges < 33 ? 1.01 + (double) edges / CityTable.BUCKETS : 1 + 20.0 * edges / CityTable.BUCKETS;
        if (city.balance() > most + 1e-3) {
            throw new AssertionError(edges + " edges with a balance of " + city.balance());
        }
    }

    /** Held and kept, as the edges count, and as we do. */
    void reckon() {
        long[] sessions = new long[cities.size()];
        for (SimulatedCity.Edge holder : holders) {
            if (holder != null) {
                sessions[cities.indexOf(holder.city())]++;
            }
        }
        for (int i = 0; i < sessions.length; i++) {
            cities.get(i).settle();
            cities.get(i).disagreement(sessions[i]).ifPresent(what -> {
                throw new AssertionError(what);
            });
        }
    }

    /** Moved ÷ ideal: what the edge that came or went owns; 0 where the table has not changed. */
    private static double disruption(CityTable before, CityTable after) {
        if (before.digest() == after.digest()) {
            return 0;
        }
        int[] renumbered = Change.renumbered(before.members(), after.members());
        int moved = 0;
        for (int bucket = 0; bucket < CityTable.BUCKETS; bucket++) {
            moved += renumbered[before.owner(bucket)] == after.owner(bucket) ? 0 : 1;
        }
        int most = Math.max(before.members().size(), after.members().size());
        return moved * (double) most / CityTable.BUCKETS;
    }

    /** Of datagrams that come to any edge of the city: the part that is passed on more than once. */
    private double secondHops(SimulatedCity city) {
        int asked = 0;
        int second = 0;
        for (int i = 0; i < 100 * SAMPLES && asked < SAMPLES; i++) {
            int device = random.nextInt(cityOf.length);
            SimulatedCity.Edge holder = holders[device];
            if (holder != null && holder.isHere(city)) {
                asked++;
                second += city.journey(device, router, forward) > 1 ? 1 : 0;
            }
        }
        return asked == 0 ? 0 : second / (double) asked;
    }

    int edges() {
        return cities.stream().mapToInt(SimulatedCity::size).sum();
    }

    /** A line for each figure: its name and its value. */
    void print(PrintStream out) {
        rows.forEach((kind, row) -> {
            String name = "simulation." + kind.name().toLowerCase(java.util.Locale.ROOT) + ".";
            int count = Math.max(1, row.events);
            out.println(name + "events " + row.events);
            out.println(name + "disruption " + row.disruption / count);
            out.println(name + "balance " + row.balance);
            out.println(name + "second_hops " + row.secondHops / count);
            out.println(name + "takeovers " + row.takeOvers);
            out.println(name + "lost " + row.lost);
        });
    }
}
