package weft.edge;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** {@link FleetCount}, for all threads. */
final class FleetCounters {
    private final Map<FleetCount, LongAdder> counts = new EnumMap<>(FleetCount.class);

    FleetCounters() {
        for (FleetCount what : FleetCount.values()) {
            counts.put(what, new LongAdder());
        }
    }

    void add(FleetCount what) {
        add(what, 1);
    }

    void add(FleetCount what, int times) {
        LongAdder adder = counts.get(what);
        if (adder != null) {
            adder.add(times);
        }
    }

    Map<FleetCount, Long> snapshot() {
        Map<FleetCount, Long> copy = new EnumMap<>(FleetCount.class);
        counts.forEach((what, adder) -> copy.put(what, adder.sum()));
        return copy;
    }
}
