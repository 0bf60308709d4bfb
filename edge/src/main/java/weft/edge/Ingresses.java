package weft.edge;

import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import weft.fleet.TagKeys;

/** The ingress of each shard. What the city's thread publishes goes to all; what holds state of its own, to each another one. */
final class Ingresses {
    private final List<FleetIngress> all;

    Ingresses(int shards, IntFunction<FleetIngress> ofShard) {
        all = IntStream.range(0, shards).mapToObj(ofShard).toList();
    }

    FleetIngress of(int shard) {
        return all.get(shard);
    }

    void publish(Routing routing, Supplier<TagKeys> keys) {
        all.forEach(ingress -> ingress.publish(routing, keys.get()));
    }

    void publish(Routing routing) {
        all.forEach(ingress -> ingress.publish(routing));
    }

    void publish(Abroad others) {
        all.forEach(ingress -> ingress.strays().publish(others));
    }
}
