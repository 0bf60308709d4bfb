package weft.lab;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How the edges of a {@link Fleet} are set up.
 *
 * @param etcd whether they hear of each other from etcd, which runs beside the registry; otherwise from a file
 * @param clocks whether {@link Fleet#skew} can set their clocks
 * @param later edges that do not run until {@link Fleet#startEdge}; a file names them from the start, etcd does not
 * @param environment of the edges' processes, as NAME=VALUE
 */
public record FleetSetup(boolean etcd, boolean clocks, List<String> later, List<String> environment) {
    public FleetSetup {
        later = List.copyOf(later);
        environment = List.copyOf(environment);
    }

    /** All edges run from the start and read from a file who they are. */
    public static FleetSetup byFile() {
        return new FleetSetup(false, false, List.of(), List.of());
    }

    public static FleetSetup byEtcd() {
        return new FleetSetup(true, false, List.of(), List.of());
    }

    public FleetSetup withClocks() {
        return new FleetSetup(etcd, true, later, environment);
    }

    public FleetSetup without(String... edges) {
        return new FleetSetup(etcd, clocks, Arrays.asList(edges), environment);
    }

    public FleetSetup with(String variable) {
        List<String> more = new ArrayList<>(environment);
        more.add(variable);
        return new FleetSetup(etcd, clocks, later, more);
    }
}
