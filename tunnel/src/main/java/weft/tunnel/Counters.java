package weft.tunnel;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Packets that went nowhere, by reason, and those that went a longer way. Rare events, so one adder for all threads. */
final class Counters {
    private final Map<Drop, LongAdder> drops = new EnumMap<>(Drop.class);
    private final LongAdder strays = new LongAdder();

    Counters() {
        for (Drop reason : Drop.values()) {
            drops.put(reason, new LongAdder());
        }
    }

    void drop(Drop reason) {
        drop(reason, 1);
    }

    void drop(Drop reason, int packets) {
        LongAdder adder = drops.get(reason);
        if (adder != null) {
            adder.add(packets);
        }
    }

    void strays(int datagrams) {
        strays.add(datagrams);
    }

    long strays() {
        return strays.sum();
    }

    Map<Drop, Long> snapshot() {
        Map<Drop, Long> copy = new EnumMap<>(Drop.class);
        drops.forEach((reason, adder) -> copy.put(reason, adder.sum()));
        return copy;
    }
}
