package weft.cli;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.tomlj.Toml;
import org.tomlj.TomlParseResult;
import weft.api.DeviceKey;
import weft.edge.BirdConfig;
import weft.edge.EdgeConfig;
import weft.edge.EdgeMember;
import weft.edge.FleetKey;
import weft.edge.FleetKeys;
import weft.edge.Opening;
import weft.edge.Passages;
import weft.netio.Prefix;
import weft.registry.RegistryConfig;
import weft.tunnel.Tunnel;
import weft.wireguard.PublicKey;

/** A server's TOML file, and what each role makes of it. Unknown sections and keys are refused. */
final class Configuration {
    static final Path DEFAULT = Path.of("/etc/weft/weft.toml");

    private static final Path STATE = Path.of("/var/lib/weft");
    /** Within the 90 s that systemd gives a service to end. */
    private static final Duration DRAIN_DEADLINE = Duration.ofSeconds(30);

    private static final String SKELETON = """
            [fleet]
            endpoints = ["203.0.113.1:2408"]   # where devices find the edges
            """;

    private static final Set<String> FLEET = Set.of(
            "key-file",
            "public-key",
            "endpoints",
            "inner4",
            "inner6",
            "secret-file",
            "members-file",
            "etcd",
            "etcd-prefix",
            "etcd-ca-file",
            "etcd-certificate",
            "etcd-key");
    private static final Set<String> EDGE = Set.of(
            "name",
            "city",
            "addresses",
            "weight",
            "state-dir",
            "control-socket",
            "drain-deadline",
            "interface",
            "listen",
            "nat",
            "mtu",
            "offload",
            "shards",
            "peers",
            "idle",
            "open",
            "bird",
            "registry",
            "token-file",
            "ca-file");
    private static final Set<String> OPEN = Set.of("who", "to", "ports");
    private static final Set<String> REGISTRY = Set.of(
            "listen",
            "admin-listen",
            "url",
            "database",
            "database-password-file",
            "certificate",
            "key",
            "state-dir",
            "newcomers");

    private final Section fleet;
    private final Section edge;
    private final Section registry;

    private Configuration(Section fleet, Section edge, Section registry) {
        this.fleet = fleet;
        this.edge = edge;
        this.registry = registry;
    }

    /** Where an edge in a process of its own finds the registry. */
    record RegistryAccess(URI registry, Path tokenFile, Optional<Path> caFile) {}

    static Configuration read(Path file) throws IOException {
        String text;
        try {
            text = Files.readString(file);
        } catch (NoSuchFileException missing) {
            throw new CommandException("there is no configuration " + file + "\nIts least form is:\n" + SKELETON);
        }
        TomlParseResult parsed = Toml.parse(text);
        if (parsed.hasErrors()) {
            var first = parsed.errors().getFirst();
            throw new CommandException(file + ":" + first.position().line() + ": " + first.getMessage());
        }
        Section root = new Section(file, "", parsed).allow(Set.of("fleet", "edge", "registry"));
        Configuration read = new Configuration(
                root.tableOrEmpty("fleet").allow(FLEET),
                root.tableOrEmpty("edge").allow(EDGE),
                root.tableOrEmpty("registry").allow(REGISTRY));
        read.edge.tables("open").forEach(opening -> opening.allow(OPEN));
        return read;
    }

    Path keyFile() {
        return fleet.path("key-file").orElse(STATE.resolve("fleet.key"));
    }

    /** Of a fleet of several edges. */
    Path secretFile() {
        return fleet.path("secret-file").orElse(STATE.resolve("fleet.secret"));
    }

    /** @throws IOException if it has to be derived from the private key, and that cannot be read */
    PublicKey publicKey() throws IOException {
        Optional<PublicKey> told = fleet.parsed("public-key", PublicKey::parse);
        if (told.isPresent()) {
            return told.get();
        }
        try (FleetKeys keys = FleetKey.read(keyFile())) {
            return keys.publicKey();
        }
    }

    /** Whether this machine knows the fleet's public key only. */
    boolean hasPublicKey() {
        return fleet.has("public-key");
    }

    private Prefix inner4() {
        return fleet.parsed("inner4", Prefix::parse).orElseGet(() -> Prefix.parse("100.96.0.0/12"));
    }

    private Prefix inner6() throws IOException {
        Optional<Prefix> told = fleet.parsed("inner6", Prefix::parse);
        if (told.isPresent()) {
            return told.get();
        }
        if (hasPublicKey()) {
            return FleetKey.inner6(publicKey());
        }
        try (FleetKeys keys = FleetKey.read(keyFile())) {
            return keys.inner6();
        }
    }

    private List<HostPort> endpoints() {
        return fleet.parsedAll("endpoints", HostPort::parse);
    }

    /** An edge alone. */
    EdgeConfig edge() throws IOException {
        return edge(List.of());
    }

    /** One with the registry in the same process. */
    EdgeConfig edgeBesideRegistry() throws IOException {
        return edge(registryPorts());
    }

    private EdgeConfig edge(List<Integer> tcpPorts) throws IOException {
        EdgeConfig.Builder builder = EdgeConfig.builder(keyFile())
                .tcpPorts(tcpPorts)
                .inner4(inner4())
                .inner6(inner6())
                .listen(edgeListen())
                .openings(
                        edge.tables("open").stream().map(Configuration::opening).toList())
                .bounds(bounds());
        edge.text("interface").ifPresent(builder::interfaceName);
        edge.number("mtu").ifPresent(builder::mtu);
        edge.flag("nat").ifPresent(builder::nat);
        edge.flag("offload").ifPresent(builder::offload);
        edge.number("shards").ifPresent(builder::shards);
        builder.routers(new Routers(edge).addresses());
        new Membership(fleet, edge).city(stateDirectory()).ifPresent(builder::city);
        try {
            return builder.build();
        } catch (IllegalArgumentException e) {
            throw edge.wrong(String.valueOf(e.getMessage()));
        }
    }

    /** What BIRD beside this machine's edge shall do; needs no key. */
    BirdConfig bird() throws IOException {
        EdgeMember member = new Membership(fleet, edge).member();
        return new Routers(edge).bird(member, passages().tunnel(), edgeListen());
    }

    /** Whether this machine's edge is one of several. */
    boolean isInFleet() {
        return edge.has("name");
    }

    Path controlSocket() {
        return new Membership(fleet, edge).controlSocket();
    }

    /** How long sessions in use stay when the process is told to end. */
    Duration drainDeadline() {
        return edge.parsed("drain-deadline", Times::parse).orElse(DRAIN_DEADLINE);
    }

    /** What other firewalls must let pass for the roles of this file; needs no key. */
    Passages passages() {
        return new Passages(
                edge.text("interface").orElse(Passages.DEFAULT.tunnel()),
                edgeListen().getFirst().getPort(),
                edge.has("registry") ? List.of() : registryPorts());
    }

    /** Where the registry can be reached from outside. */
    private List<Integer> registryPorts() {
        return registry.parsedAll("listen", HostPort::parseAddress).stream()
                .filter(address -> !address.getAddress().isLoopbackAddress())
                .map(InetSocketAddress::getPort)
                .distinct()
                .toList();
    }

    /** By default both families on the port that is announced. */
    private List<InetSocketAddress> edgeListen() {
        if (edge.has("listen")) {
            return edge.parsedAll("listen", HostPort::parseAddress);
        }
        return Tunnel.wildcard(
                endpoints().stream().findFirst().map(HostPort::port).orElse(Passages.DEFAULT.port()));
    }

    private EdgeConfig.Bounds bounds() {
        EdgeConfig.Bounds defaults = EdgeConfig.Bounds.defaults();
        return new EdgeConfig.Bounds(
                defaults.cachedDevices(),
                defaults.refusalLife(),
                edge.number("peers").orElse(defaults.peers()),
                edge.parsed("idle", Times::parse).orElse(defaults.idle()));
    }

    private static Opening opening(Section section) {
        Opening.Who who = section.parsed("who", Configuration::who)
                .orElseThrow(() -> section.wrong("who: for whom is it? \"all\", \"group:NAME\" or \"device:ID\""));
        Prefix to = section.parsed("to", Prefix::parse)
                .orElseThrow(() -> section.wrong("to: which destination is opened? Such as \"10.0.0.0/24\""));
        return new Opening(who, to, section.parsedAll("ports", Opening.Ports::parse));
    }

    private static Opening.Who who(String text) {
        int colon = text.indexOf(':');
        String rest = text.substring(colon + 1);
        return switch (colon < 0 ? text : text.substring(0, colon)) {
            case "all" -> new Opening.Who.Everyone();
            case "group" -> new Opening.Who.Group(rest);
            case "device" -> new Opening.Who.OneDevice(rest);
            default -> throw new IllegalArgumentException("all, group:NAME or device:ID is expected");
        };
    }

    RegistryAccess registryAccess() {
        URI url = edge.parsed("registry", RegistryUrl::parse)
                .orElseThrow(() ->
                        edge.wrong("registry: at which URL is the registry? Such as \"https://registry.example.net\""));
        Path token = edge.path("token-file")
                .orElseThrow(
                        () -> edge.wrong(
                                "token-file: which file holds the edge token? The registry keeps one in its state-dir, edge.token"));
        return new RegistryAccess(url, token, edge.path("ca-file"));
    }

    private Path stateDirectory() {
        return registry.path("state-dir").orElse(STATE);
    }

    /** The owner's alone: tokens and the database are in it. */
    void makeStateDirectory() throws IOException {
        Files.createDirectories(
                stateDirectory(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    Path adminTokens() {
        return stateDirectory().resolve("admin.token");
    }

    Optional<Path> certificate() {
        return registry.path("certificate");
    }

    RegistryConfig registry() throws IOException {
        RegistryConfig.Builder builder = RegistryConfig.builder(
                        stateDirectory(), DeviceKey.of(publicKey().bytes()), announced())
                .inner4(weft.registry.Prefix.parse(inner4().toString()))
                .inner6(weft.registry.Prefix.parse(inner6().toString()));
        if (registry.has("listen")) {
            builder.listen(registry.parsedAll("listen", HostPort::parseAddress));
        }
        registry.parsed("admin-listen", HostPort::parseAddress).ifPresent(builder::adminListen);
        registry.parsed("url", RegistryUrl::parse).or(this::urlByEndpoint).ifPresent(builder::url);
        registry.text("database").ifPresent(builder::database);
        registry.path("database-password-file").ifPresent(builder::databasePassword);
        registry.parsed("newcomers", Configuration::newcomers).ifPresent(builder::newcomers);
        tls(builder);
        try {
            return builder.build();
        } catch (IllegalArgumentException e) {
            throw registry.wrong(String.valueOf(e.getMessage()));
        }
    }

    /** A registry that listens everywhere is, for its devices, where the edges are announced. */
    private Optional<URI> urlByEndpoint() {
        return registry.parsedAll("listen", HostPort::parseAddress).stream()
                .findFirst()
                .filter(address -> address.getAddress().isAnyLocalAddress())
                .flatMap(address -> endpoints().stream()
                        .findFirst()
                        .map(edge -> (certificate().isPresent() ? "https://" : "http://")
                                + new HostPort(edge.host(), address.getPort())))
                .map(URI::create);
    }

    private void tls(RegistryConfig.Builder builder) {
        Optional<Path> key = registry.path("key");
        if (certificate().isPresent() != key.isPresent()) {
            throw registry.wrong("certificate and key go together: one of them is missing");
        }
        certificate().ifPresent(chain -> key.ifPresent(secret -> builder.tls(chain, secret)));
    }

    private static RegistryConfig.Newcomers newcomers(String text) {
        return switch (text) {
            case "refuse" -> RegistryConfig.Newcomers.REFUSED;
            case "wait" -> RegistryConfig.Newcomers.WAIT_FOR_APPROVAL;
            default -> throw new IllegalArgumentException("refuse or wait is expected");
        };
    }

    /** What devices are told: one address of each family, perhaps a name, and all their ports. */
    private RegistryConfig.Endpoint announced() {
        List<HostPort> all = endpoints();
        if (all.isEmpty()) {
            throw fleet.wrong("endpoints: where do devices find the edges? Such as "
                    + SKELETON.lines().skip(1).findFirst().orElse(""));
        }
        List<InetAddress> addresses =
                all.stream().map(HostPort::address).flatMap(Optional::stream).toList();
        return new RegistryConfig.Endpoint(
                first(addresses, Inet4Address.class),
                first(addresses, Inet6Address.class),
                all.stream()
                        .filter(endpoint -> endpoint.address().isEmpty())
                        .map(HostPort::host)
                        .findFirst(),
                all.stream().map(HostPort::port).distinct().toList());
    }

    private static <T extends InetAddress> Optional<T> first(List<InetAddress> addresses, Class<T> family) {
        return addresses.stream().filter(family::isInstance).map(family::cast).findFirst();
    }
}
