package weft.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import weft.edge.CityConfig;
import weft.edge.EdgeMember;
import weft.edge.EtcdConfig;
import weft.edge.EtcdMembers;
import weft.edge.MemberSource;

/** From whom an edge hears who the others are: from a file, or from etcd; from nobody if it is alone. */
final class Membership {
    private static final Set<String> ETCD = Set.of("etcd-prefix", "etcd-ca-file", "etcd-certificate", "etcd-key");
    /** What of an edge stands in a members-file otherwise. */
    private static final Set<String> SELF = Set.of("city", "addresses", "weight");

    private static final Path CONTROL_SOCKET = Path.of("/run/weft/edge.sock");

    private final Section fleet;
    private final Section edge;

    Membership(Section fleet, Section edge) {
        this.fleet = fleet;
        this.edge = edge;
    }

    /** @param state where this machine's state is by default */
    Optional<CityConfig> city(Path state) {
        boolean file = fleet.has("members-file");
        boolean etcd = fleet.has("etcd");
        if (file && etcd) {
            throw fleet.wrong("etcd", "the edges are listed either in etcd or in a members-file, but both are here");
        }
        if (!etcd) {
            refuse(fleet, ETCD, "this belongs to etcd = [\"https://HOST:2379\"], which is missing");
            refuse(edge, SELF, "this belongs to [fleet] etcd, which is missing; a members-file says it of all edges");
        }
        if (edge.has("name") != (file || etcd)) {
            throw edge.wrong("[edge] name goes together with [fleet] members-file or etcd: one of them is missing");
        }
        return edge.text("name")
                .map(name -> new CityConfig(
                        name,
                        fleet.path("secret-file").orElse(state.resolve("fleet.secret")),
                        fleet.path("members-file")
                                .<MemberSource>map(MembersFile::new)
                                .orElseGet(
                                        () -> etcd(name, edge.path("state-dir").orElse(state))),
                        controlSocket()));
    }

    /** This machine's own entry, by the file, or as it puts itself into etcd. */
    EdgeMember member() throws IOException {
        String name = edge.text("name")
                .orElseThrow(() ->
                        edge.wrong("name: this edge is alone; with [fleet] members-file or etcd it is one of several"
                                + "\nNext: see docs/several-edges.md"));
        if (fleet.has("etcd")) {
            return self(name);
        }
        Path file = fleet.path("members-file")
                .orElseThrow(() -> fleet.wrong("members-file or etcd: who are the other edges of " + name + "?"));
        return new MembersFile(file)
                .read().stream()
                        .filter(member -> member.name().equals(name))
                        .findFirst()
                        .orElseThrow(() -> edge.wrong("name", "there is no member " + name + " in " + file));
    }

    /** Where the commands of this machine find the edge. */
    Path controlSocket() {
        return edge.path("control-socket").orElse(CONTROL_SOCKET);
    }

    private static void refuse(Section section, Set<String> keys, String reason) {
        keys.stream().sorted().filter(section::has).findFirst().ifPresent(key -> {
            throw section.wrong(key, reason);
        });
    }

    private EtcdMembers etcd(String name, Path state) {
        return new EtcdMembers(etcd(), self(name), state.resolve("members-" + name));
    }

    private EtcdConfig etcd() {
        List<URI> endpoints = fleet.parsedAll("etcd", EtcdConfig::endpoint);
        String prefix = fleet.parsed("etcd-prefix", EtcdConfig::prefix).orElse(EtcdConfig.DEFAULT_PREFIX);
        boolean secure = endpoints.stream().anyMatch(endpoint -> "https".equals(endpoint.getScheme()));
        boolean files = fleet.has("etcd-ca-file") || fleet.has("etcd-certificate") || fleet.has("etcd-key");
        Optional<EtcdConfig.Tls> tls = secure || files
                ? Optional.of(new EtcdConfig.Tls(
                        file("etcd-ca-file", "whose certificates does etcd show?"),
                        file("etcd-certificate", "which certificate shall etcd see?"),
                        file("etcd-key", "which key belongs to etcd-certificate?")))
                : Optional.empty();
        try {
            return new EtcdConfig(endpoints, prefix, tls);
        } catch (IllegalArgumentException e) {
            throw fleet.wrong("etcd", String.valueOf(e.getMessage()));
        }
    }

    private Path file(String key, String question) {
        return fleet.path(key).orElseThrow(() -> fleet.wrong(key, question + " A file in PEM is expected"));
    }

    private EdgeMember self(String name) {
        String city = edge.text("city")
                .orElseThrow(() -> edge.wrong("city", "where is " + name + "? Edges of one city share its clients"));
        List<InetAddress> addresses = edge.parsedAll("addresses", Membership::address);
        if (addresses.isEmpty()) {
            throw edge.wrong("addresses", "where do other edges reach " + name + "? Such as [\"198.51.100.11\"]");
        }
        try {
            return new EdgeMember(name, city, edge.number("weight").orElse(1), addresses, false);
        } catch (IllegalArgumentException e) {
            throw edge.wrong(String.valueOf(e.getMessage()));
        }
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException name) {
            throw new IllegalArgumentException("an IP address is expected", name);
        }
    }
}
