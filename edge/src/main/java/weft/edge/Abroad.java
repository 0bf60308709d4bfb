package weft.edge;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import weft.fleet.CityView;
import weft.netio.UdpArrival;
import weft.netio.UdpPath;

/**
 * The edges of the other cities, as of one list of members. Immutable; the inbound agent asks without allocation. No table of
 * another city is computed here: any edge there knows its own city better, who lives, who drains, who holds what.
 */
final class Abroad {
    static final Abroad NOTHING = new Abroad(List.of());

    private static final Logger LOG = LoggerFactory.getLogger(Abroad.class);

    /** An edge that we can reach. */
    private record Far(int number, String city, UdpPath path) {
        long key() {
            return Abroad.key(path.high(), path.low());
        }
    }

    private final int[][] cities;
    private final int[] numbers;
    private final UdpPath[] byNumber;
    private final long[] keys;
    private final UdpPath[] byKey;

    private Abroad(List<Far> edges) {
        Map<String, List<Far>> byCity = new LinkedHashMap<>();
        edges.forEach(edge ->
                byCity.computeIfAbsent(edge.city(), _ -> new ArrayList<>()).add(edge));
        cities = byCity.values().stream()
                .map(city -> city.stream().mapToInt(Far::number).toArray())
                .toArray(int[][]::new);
        List<Far> sorted =
                edges.stream().sorted(Comparator.comparingInt(Far::number)).toList();
        numbers = sorted.stream().mapToInt(Far::number).toArray();
        byNumber = sorted.stream().map(Far::path).toArray(UdpPath[]::new);
        List<Far> hashed =
                edges.stream().sorted(Comparator.comparingLong(Far::key)).toList();
        keys = hashed.stream().mapToLong(Far::key).toArray();
        byKey = hashed.stream().map(Far::path).toArray(UdpPath[]::new);
    }

    /** @param own our city, whose edges are left out; so is one whose number another edge has already */
    static Abroad of(List<EdgeMember> members, String own, Mesh mesh) {
        Set<Integer> taken = new HashSet<>();
        members.stream()
                .filter(member -> member.city().equals(own))
                .forEach(member -> taken.add(CityView.number(member.name())));
        List<Far> edges = new ArrayList<>();
        for (EdgeMember member : members) {
            if (!member.city().equals(own)) {
                int number = CityView.number(member.name());
                if (taken.add(number)) {
                    mesh.path(member).ifPresent(path -> edges.add(new Far(number, member.city(), path)));
                } else {
                    LOG.warn("the edge {} has the number of another one: it needs another name", member.name());
                }
            }
        }
        return new Abroad(edges);
    }

    private static long key(long high, long low) {
        return high * 0x9E3779B97F4A7C15L + low;
    }

    /** Whether it comes from where an edge of another city is. */
    boolean isMember(UdpArrival from) {
        int at = Arrays.binarySearch(keys, key(from.high(), from.low()));
        return at >= 0 && from.isFrom(byKey[at]);
    }

    /** Null for one that we do not know, or cannot reach. */
    @Nullable
    UdpPath path(int number) {
        int at = Arrays.binarySearch(numbers, number);
        return at >= 0 ? byNumber[at] : null;
    }

    int cities() {
        return cities.length;
    }

    /** One edge of a city for a client, another one at the next turn, since it may be dead. */
    int edge(int city, int clientId, int turn) {
        int[] edges = cities[city];
        return edges[Integer.remainderUnsigned(((clientId * 0x9E3779B9) >>> 8) + turn, edges.length)];
    }
}
