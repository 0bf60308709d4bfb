package weft.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A fleet at work in {@link Cities}: a registry on the control host, an edge on every host that anycast addresses lead to.
 * Each is a process of its own, started by the same commands that an operator types.
 */
public final class Fleet {
    /** Where registry, edges and devices keep their state, on the host of each. */
    public static final String STATE = "/run/weft/state";

    private static final String DIRECTORY = "/run/weft";
    private static final String EDGE = "edge";
    private static final String CONFIGURATION = DIRECTORY + "/weft.toml";
    private static final String KEY = DIRECTORY + "/fleet.key";
    private static final String SECRET = DIRECTORY + "/fleet.secret";
    private static final String MEMBERS = DIRECTORY + "/members.toml";
    private static final String TOKEN = DIRECTORY + "/edge.token";
    private static final String REGISTRY = "http://" + Cities.CONTROL_ADDRESS + ":8080";
    private static final Duration START = Duration.ofSeconds(60);

    private final World world;
    private final List<String> program;
    private final FleetSetup setup;
    private final Map<String, Daemon> edges = new LinkedHashMap<>();
    private final Optional<EtcdServer> etcd;
    private Daemon registry;

    private Fleet(World world, List<String> program, FleetSetup setup) {
        this.world = world;
        this.program = List.copyOf(program);
        this.setup = setup;
        Host control = world.host(Cities.CONTROL);
        control.write(CONFIGURATION, fleetSection() + """

                [registry]
                listen = "%s:8080"
                state-dir = "%s"
                """.formatted(Cities.CONTROL_ADDRESS, STATE));
        control.output(weft("fleet", "init", "--config", CONFIGURATION));
        registry = launchRegistry();
        etcd = setup.etcd()
                ? Optional.of(EtcdServer.start(control, InetAddress.ofLiteral(Cities.CONTROL_ADDRESS)))
                : Optional.empty();
        registry.awaitLine("ready", START);
    }

    /** @param program what starts Weft, with all but its arguments */
    public static Fleet start(World world, List<String> program) {
        return start(world, program, FleetSetup.byFile());
    }

    public static Fleet start(World world, List<String> program, FleetSetup setup) {
        Fleet fleet = new Fleet(world, program, setup);
        List<String> all = world.topology().nodes().stream()
                .filter(node -> !node.anycast().isEmpty())
                .map(Topology.Node::name)
                .toList();
        all.forEach(edge -> fleet.write(edge, all));
        List<String> now =
                all.stream().filter(edge -> !setup.later().contains(edge)).toList();
        setup.later().forEach(edge -> new Daemons(world.host(edge)).know(EDGE, fleet.command()));
        now.forEach(fleet::launch);
        now.forEach(fleet::awaitReady);
        return fleet;
    }

    private static String fleetSection() {
        return """
                [fleet]
                key-file = "%s"
                secret-file = "%s"
                endpoints = ["203.0.113.1:2408", "[2001:db8:1::1]:2408"]
                """.formatted(KEY, SECRET);
    }

    private void write(String edge, List<String> members) {
        Host host = world.host(edge);
        Host control = world.host(Cities.CONTROL);
        host.secret(KEY, text(control.path(KEY)));
        host.secret(SECRET, text(control.path(SECRET)));
        host.secret(TOKEN, text(control.path(STATE + "/edge.token")));
        if (setup.clocks()) {
            WallClock.set(host, Duration.ZERO);
        }
        host.write(
                CONFIGURATION,
                fleetSection()
                        + membership(host, members)
                        + """

                [edge]
                name = "%s"
                state-dir = "%s"
                listen = ["203.0.113.1:2408", "[2001:db8:1::1]:2408"]
                registry = "%s"
                token-file = "%s"
                drain-deadline = "4s"
                %s
                [edge.bird]
                routers = [%s]
                router-asn = %d
                """.formatted(edge, STATE, REGISTRY, TOKEN, self(edge), routers(edge), BgpCity.ROUTER_ASN));
    }

    /** Where it hears of the other edges, the end of the section {@code [fleet]}. */
    private String membership(Host host, List<String> members) {
        if (etcd.isPresent()) {
            etcd.get().admit(host, DIRECTORY);
            return etcd.get().configuration(DIRECTORY);
        }
        host.write(MEMBERS, members(members));
        return "members-file = \"" + MEMBERS + "\"\n";
    }

    /** What an edge says of itself in etcd. */
    private String self(String edge) {
        return etcd.isEmpty() ? "" : "city = \"%s\"\naddresses = [%s]\n".formatted(city(edge), addresses(edge));
    }

    private static String city(String edge) {
        return edge.substring(0, 1);
    }

    private String addresses(String edge) {
        return world.topology().addresses(edge).stream()
                .map(address -> "\"" + address.getHostAddress() + "\"")
                .collect(Collectors.joining(", "));
    }

    private String routers(String edge) {
        return world.topology().uplinks(edge).stream()
                .flatMap(link -> link.subnets().stream()
                        .map(subnet ->
                                Topology.address(link.upper(), link, subnet).getHostAddress()))
                .map(address -> '"' + address + '"')
                .collect(Collectors.joining(", "));
    }

    private String members(List<String> names) {
        StringBuilder text = new StringBuilder();
        for (String name : names) {
            text.append("[[member]]\nname = \"%s\"\ncity = \"%s\"\naddresses = [%s]\n"
                    .formatted(name, city(name), addresses(name)));
        }
        return text.toString();
    }

    private List<String> command() {
        List<String> command = new ArrayList<>(setup.clocks() ? WallClock.words() : List.of("env"));
        command.addAll(setup.environment());
        command.addAll(weft(EDGE, "--config", CONFIGURATION));
        return command;
    }

    private void launch(String edge) {
        edges.put(edge, world.host(edge).start(EDGE, command()));
    }

    private void awaitReady(String edge) {
        edge(edge).awaitLine("ready", START);
    }

    /** Starts an edge that is not running (any more), and waits until it serves. */
    public void startEdge(String name) {
        launch(name);
        awaitReady(name);
    }

    /** The same for several at once. */
    public void startEdges(List<String> names) {
        names.forEach(this::launch);
        names.forEach(this::awaitReady);
    }

    /** The process that was started last on that host. */
    public Daemon edge(String name) {
        Daemon daemon = edges.get(name);
        if (daemon == null) {
            throw new LabException("No edge was started on " + name + ".");
        }
        return daemon;
    }

    public Daemon registry() {
        return registry;
    }

    private Daemon launchRegistry() {
        return world.host(Cities.CONTROL).start("registry", weft("registry", "--config", CONFIGURATION));
    }

    /** Starts it once more; returns when it serves. */
    public void startRegistry() {
        registry = launchRegistry();
        registry.awaitLine("ready", START);
    }

    /** Of a fleet {@link FleetSetup#byEtcd}. */
    public EtcdServer etcd() {
        return etcd.orElseThrow(() -> new LabException("This fleet has no etcd."));
    }

    /** Nothing passes between an edge and etcd any more; all else does. */
    public void cutFromEtcd(String edge) {
        EtcdServer.cut(world.host(edge), InetAddress.ofLiteral(Cities.CONTROL_ADDRESS));
    }

    /** Undoes {@link #cutFromEtcd}. */
    public void mendToEtcd(String edge) {
        EtcdServer.mend(world.host(edge));
    }

    /** An edge's clock is that far ahead of the others' from now on, or behind; of a fleet {@link FleetSetup#withClocks}. */
    public void skew(String edge, Duration ahead) {
        Host host = world.host(edge);
        if (!WallClock.isOn(host)) {
            throw new LabException("The clock of " + edge + " is the machine's.");
        }
        WallClock.set(host, ahead);
    }

    /** Devices may register for a while. */
    public void openRegistration() {
        world.host(Cities.CONTROL).output(weft("registry", "open", "--for", "10m", "--config", CONFIGURATION));
    }

    /** Registers a device of the lab by our own client, and connects it. */
    public void connect(String device) {
        Host host = world.host(device);
        host.output(weft("registration", "new", "--registry", REGISTRY, "--state-dir", STATE));
        host.output(weft("connect", "--state-dir", STATE));
    }

    /**
     * Has an edge drain; returns at once.
     *
     * @param deadline as the command takes it, such as {@code 15m}
     */
    public void drain(String edge, String deadline) {
        command(edge, "edge", "drain", "--deadline", deadline);
    }

    /** The same, and returns when the edge is drained. */
    public void drainAndWait(String edge, String deadline) {
        command(edge, "edge", "drain", "--wait", "--deadline", deadline);
    }

    public void undrain(String edge) {
        command(edge, "edge", "undrain");
    }

    /** What BIRD on the edge's host shall do. */
    public String birdConfiguration(String edge) {
        return command(edge, "edge", "bird");
    }

    /** The JSON of {@code weft fleet status}, as this edge sees its city. */
    public String status(String edge) {
        return command(edge, "fleet", "status", "--json");
    }

    /** The same for people. */
    public String statusText(String edge) {
        return command(edge, "fleet", "status");
    }

    private String command(String edge, String... words) {
        List<String> command = weft(words);
        command.addAll(List.of("--config", CONFIGURATION));
        return world.host(edge).output(command);
    }

    private List<String> weft(String... arguments) {
        List<String> command = new ArrayList<>(program);
        command.addAll(List.of(arguments));
        return command;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
