package weft.edge;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import weft.edge.FilterRule.Field;

/** What is known of a passage's packets beforehand. */
final class Packets {
    private Packets() {}

    /** All of them have to pass. The edge's own datagrams are not tracked, and nobody else begins a flow to a device. */
    static List<Map<Field, String>> of(Passage passage) {
        return switch (passage) {
            case Passage.From(String tunnel) -> inEachState(Map.of(Field.IN, tunnel), "new", "established", "related");
            case Passage.To(String tunnel) -> inEachState(Map.of(Field.OUT, tunnel), "established", "related");
            case Passage.Port(Opening.Protocol protocol, int number) -> {
                Map<Field, String> facts =
                        Map.of(Field.PROTOCOL, protocol.text(), Field.PORT, Integer.toString(number));
                yield switch (protocol) {
                    case UDP -> inEachState(facts, "untracked");
                    case TCP -> inEachState(facts, "new", "established");
                };
            }
        };
    }

    private static List<Map<Field, String>> inEachState(Map<Field, String> facts, String... states) {
        return Stream.of(states)
                .map(state -> {
                    Map<Field, String> packet = new EnumMap<>(facts);
                    packet.put(Field.STATE, state);
                    return Map.copyOf(packet);
                })
                .toList();
    }
}
