package weft.fleet;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * How far our clock is off the city's median, by what neighbours say with their heartbeats. A device keeps one greatest
 * TAI64N stamp for the fleet's one static key, so an edge whose clock runs ahead would lock all others out.
 */
public final class ClockSkew {
    /** An edge whose clock is further off does not begin handshakes, in milliseconds. */
    public static final long TOLERATED_MILLIS = 100;

    private final Map<Integer, Long> offsets = new HashMap<>();

    public void members(Set<Integer> numbers) {
        offsets.keySet().retainAll(numbers);
    }

    /** @param theirs and {@code ours}: milliseconds since 1970, at the same moment but for the network's delay */
    public void heard(int number, long theirs, long ours) {
        offsets.put(number, theirs - ours);
    }

    public void lost(int number) {
        offsets.remove(number);
    }

    /** Our clock less the median of all clocks, ours among them, in milliseconds. Of an even number, the lower one counts. */
    public long millis() {
        long[] all = new long[offsets.size() + 1];
        int i = 0;
        for (long offset : offsets.values()) {
            all[i++] = offset;
        }
        Arrays.sort(all);
        return -all[(all.length - 1) / 2];
    }

    public boolean isTolerable() {
        return Math.abs(millis()) <= TOLERATED_MILLIS;
    }
}
