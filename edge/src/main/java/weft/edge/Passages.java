package weft.edge;

import java.util.List;
import java.util.stream.Stream;

/**
 * What other firewalls must let pass for an edge.
 *
 * @param tunnel the name of its interface
 * @param port UDP, where its devices come in
 * @param tcp ports that they come to before they have a tunnel: the registry's, where it is on the same machine
 */
public record Passages(String tunnel, int port, List<Integer> tcp) {
    /** Those of an edge that is not told otherwise, and has no registry beside it. */
    public static final Passages DEFAULT = new Passages("weft0", 2408, List.of());

    public Passages {
        tcp = List.copyOf(tcp);
    }

    List<Passage> all() {
        Stream<Passage> own = Stream.of(
                new Passage.From(tunnel), new Passage.To(tunnel), new Passage.Port(Opening.Protocol.UDP, port));
        Stream<Passage> others = tcp.stream().map(number -> new Passage.Port(Opening.Protocol.TCP, number));
        return Stream.concat(own, others).toList();
    }

    /** The edge's own table, without its family, and the comment of its rules in other tables. */
    String mark() {
        return "weft_" + tunnel.replaceAll("[^A-Za-z0-9_]", "_");
    }
}
