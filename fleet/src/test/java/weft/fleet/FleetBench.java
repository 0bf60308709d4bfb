package weft.fleet;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** The figures of bench/fleet for cities made from one seed: a line for each, its name and its value. */
public final class FleetBench {
    private static final int[] EDGES = {8, 16, 32, 64, 128, 256};
    private static final int GREATEST = 256;
    private static final int NEWCOMERS = 32;
    private static final int WARM_UP = 100;
    private static final int TIMED = 400;

    private final Random random;
    private final PrintStream out;

    private FleetBench(long seed, PrintStream out) {
        random = new Random(seed);
        this.out = out;
    }

    public static void main(String[] arguments) {
        FleetBench bench = new FleetBench(Long.parseLong(arguments[0]), System.out);
        bench.times(Cities.equal(GREATEST, bench.random));
        for (int edges : EDGES) {
            List<Member> city = Cities.equal(edges, bench.random);
            bench.weft(city);
            bench.other("maglev", new Maglev(65_537), city);
            bench.other("rendezvous", new Rendezvous(), city);
        }
    }

    private void say(String name, int edges, double value) {
        out.println(name + "." + edges + " " + value);
    }

    /** First of all, so that the first table and the first change meet a JVM that has compiled nothing. */
    private void times(List<Member> city) {
        TableBuilder builder = new TableBuilder();
        say("build_first_ms", GREATEST, timed(builder, city));
        say("rebuild_first_ms", GREATEST, timed(builder, Cities.without(city, 0)));
        builder.build(city);
        changes(builder, city, WARM_UP);
        double[] times = changes(builder, city, TIMED);
        say("rebuild_ms", GREATEST, times[TIMED / 2]);
        say("rebuild_p99_ms", GREATEST, times[TIMED * 99 / 100]);
        say("build_ms", GREATEST, timed(new TableBuilder(), city));
    }

    /** Members leave and come back in turn. */
    private static double[] changes(TableBuilder builder, List<Member> city, int count) {
        double[] times = new double[count];
        for (int i = 0; i < count; i += 2) {
            times[i] = timed(builder, Cities.without(city, i / 2 % city.size()));
            times[i + 1] = timed(builder, city);
        }
        Arrays.sort(times);
        return times;
    }

    private static double timed(TableBuilder builder, List<Member> members) {
        long start = System.nanoTime();
        builder.build(members);
        return (System.nanoTime() - start) / 1e6;
    }

    private void weft(List<Member> city) {
        int edges = city.size();
        TableBuilder builder = new TableBuilder();
        Departures departures = Departures.of(builder, city, Departures.all(edges));
        say("weft.balance", edges, departures.balance());
        say("weft.disruption", edges, departures.disruption());
        say("weft.joining", edges, joining(builder, city));
        say("weft.ready", edges, departures.ready());
        say("weft.spread", edges, departures.spread());
        say("weft.after", edges, departures.after());
    }

    /** Moved ÷ ideal when one joins. */
    private double joining(TableBuilder builder, List<Member> city) {
        CityTable table = builder.build(city);
        double moved = 0;
        for (int i = 0; i < NEWCOMERS; i++) {
            Member newcomer = Member.of(Cities.name(random));
            List<Member> joined = new ArrayList<>(city);
            joined.add(newcomer);
            CityTable more = builder.build(joined);
            moved += Change.of(more, table, more.members().indexOf(newcomer)).moved();
        }
        return moved / NEWCOMERS * (city.size() + 1) / CityTable.BUCKETS;
    }

    private void other(String name, Scheme scheme, List<Member> city) {
        say(name + ".balance", city.size(), Scheme.balance(scheme.owners(city), city.size()));
        say(name + ".disruption", city.size(), scheme.disruption(city));
    }
}
