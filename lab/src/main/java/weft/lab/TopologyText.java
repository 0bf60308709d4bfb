package weft.lab;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import weft.lab.Topology.Link;
import weft.lab.Topology.Node;

/** A topology as lines of words, which stand in its world so that whoever comes later can read how it is made. */
final class TopologyText {
    private static final String NOTHING = "-";

    private TopologyText() {}

    static String write(Topology topology) {
        StringBuilder text = new StringBuilder();
        for (Node node : topology.nodes()) {
            text.append("node %s %s %s %s\n"
                    .formatted(
                            node.name(),
                            literals(node.addresses()),
                            literals(node.anycast()),
                            node.udpTimeout().map(Duration::toString).orElse(NOTHING)));
        }
        for (Link link : topology.links()) {
            text.append("link %s %s %d %s\n"
                    .formatted(link.lower(), link.upper(), link.mtu(), list(link.subnets(), Subnet::toString)));
        }
        new TreeMap<>(topology.names())
                .forEach((name, addresses) -> text.append("name " + name + " " + literals(addresses) + "\n"));
        return text.toString();
    }

    private static String literals(List<InetAddress> addresses) {
        return list(addresses, InetAddress::getHostAddress);
    }

    private static <T> String list(List<T> all, Function<T, String> text) {
        return all.isEmpty() ? NOTHING : all.stream().map(text).collect(Collectors.joining(","));
    }

    static Topology read(String text) {
        List<String[]> lines = text.lines().map(line -> line.split(" ")).toList();
        List<Node> nodes = of(lines, "node")
                .map(words -> new Node(
                        words[1],
                        addresses(words[2]),
                        addresses(words[3]),
                        words[4].equals(NOTHING) ? Optional.empty() : Optional.of(Duration.parse(words[4]))))
                .toList();
        List<Link> links = of(lines, "link")
                .map(words -> new Link(
                        words[1], words[2], items(words[4]).map(Subnet::of).toList(), Integer.parseInt(words[3])))
                .toList();
        Map<String, List<InetAddress>> names = new LinkedHashMap<>();
        of(lines, "name").forEach(words -> names.put(words[1], addresses(words[2])));
        return new Topology(nodes, links, names);
    }

    private static Stream<String[]> of(List<String[]> lines, String kind) {
        return lines.stream().filter(words -> words[0].equals(kind));
    }

    private static Stream<String> items(String list) {
        return list.equals(NOTHING) ? Stream.empty() : Arrays.stream(list.split(","));
    }

    private static List<InetAddress> addresses(String list) {
        return items(list).map(InetAddress::ofLiteral).toList();
    }
}
