package weft.fleet;

import java.util.List;
import java.util.stream.IntStream;

/**
 * What happens when each of some members of one city of equals leaves it: means over the leavers, and what is relative is
 * relative to what is ideal.
 *
 * @param balance most first-owned buckets of a member ÷ mean, with everybody there
 * @param disruption moved buckets ÷ buckets for each member
 * @param ready part of the leaver's buckets whose second owner becomes the first
 * @param spread most of the leaver's buckets that one survivor gets ÷ mean
 * @param after the greatest load ÷ mean once the second owners have taken over; the worst of all leavers
 */
record Departures(double balance, double disruption, double ready, double spread, double after) {
    static Departures of(TableBuilder builder, List<Member> city, int[] leavers) {
        int edges = city.size();
        CityTable table = builder.build(city);
        double moved = 0;
        double ready = 0;
        double orphans = 0;
        double spread = 0;
        int load = 0;
        for (int leaver : leavers) {
            Change change = Change.of(table, builder.build(Cities.without(table.members(), leaver)), leaver);
            moved += change.moved();
            ready += change.ready();
            orphans += change.orphans();
            spread += change.greatestGain() * (edges - 1.0) / change.orphans();
            load = Math.max(load, change.greatestLoad());
        }
        double mean = (double) CityTable.BUCKETS / edges;
        return new Departures(
                Change.greatest(table.owned(0)) / mean,
                moved / leavers.length / mean,
                ready / orphans,
                spread / leavers.length,
                load * (edges - 1.0) / CityTable.BUCKETS);
    }

    static int[] all(int edges) {
        return IntStream.range(0, edges).toArray();
    }

    /** At most {@code most} of them, evenly apart. */
    static int[] some(int edges, int most) {
        int count = Math.min(edges, most);
        return IntStream.range(0, count).map(i -> i * edges / count).toArray();
    }
}
