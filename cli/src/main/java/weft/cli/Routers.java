package weft.cli;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import weft.edge.BirdConfig;
import weft.edge.EdgeMember;

/** The section {@code [edge.bird]}: the routers in front of an edge, and how they are spoken to. */
final class Routers {
    private static final Set<String> KEYS = Set.of("routers", "router-asn", "asn", "router-id");
    private static final String SKELETON = """
            [edge.bird]
            routers = ["203.0.113.65", "2001:db8:1:11::1"]   # on this machine's links
            router-asn = 64513
            """;

    private final Section edge;
    private final Section bird;

    Routers(Section edge) {
        this.edge = edge;
        bird = edge.tableOrEmpty("bird").allow(KEYS);
    }

    /** None if the section is missing. */
    List<InetAddress> addresses() {
        return bird.parsedAll("routers", InetAddress::ofLiteral);
    }

    /**
     * @param member this machine's edge
     * @param listen on the anycast addresses
     */
    BirdConfig bird(EdgeMember member, String interfaceName, List<InetSocketAddress> listen) {
        if (!edge.has("bird")) {
            throw edge.wrong("bird: which routers are in front of " + member.name() + "? Such as\n" + SKELETON);
        }
        if (listen.stream().anyMatch(address -> address.getAddress().isAnyLocalAddress())) {
            throw edge.wrong(
                    "listen: it names the anycast addresses that are announced, such as [\"203.0.113.1:2408\"]");
        }
        long routerAsn = bird.integer("router-asn")
                .orElseThrow(() -> bird.wrong("router-asn: which AS number have the routers? Such as 64513"));
        try {
            return new BirdConfig(
                    member.name(),
                    interfaceName,
                    routerId(member),
                    bird.integer("asn").orElse(BirdConfig.PRIVATE_ASN),
                    routerAsn,
                    addresses(),
                    listen);
        } catch (IllegalArgumentException e) {
            throw bird.wrong(String.valueOf(e.getMessage()));
        }
    }

    private InetAddress routerId(EdgeMember member) {
        return bird.parsed("router-id", InetAddress::ofLiteral)
                .or(() -> member.addresses().stream()
                        .filter(Inet4Address.class::isInstance)
                        .findFirst())
                .orElseThrow(() -> bird.wrong("router-id: " + member.name()
                        + " has no IPv4 address to take it from; any number of that form that is unique here will do"));
    }
}
