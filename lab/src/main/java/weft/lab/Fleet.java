package weft.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A fleet at work in {@link Cities}: a registry on the control host, an edge on every host that anycast addresses lead to.
 * Each is a process of its own, started by the same commands that an operator types.
 */
public final class Fleet {
    private static final String DIRECTORY = "/run/weft";
    private static final String CONFIGURATION = DIRECTORY + "/weft.toml";
    private static final String KEY = DIRECTORY + "/fleet.key";
    private static final String SECRET = DIRECTORY + "/fleet.secret";
    private static final String MEMBERS = DIRECTORY + "/members.toml";
    private static final String TOKEN = DIRECTORY + "/edge.token";
    private static final String STATE = DIRECTORY + "/state";
    private static final String REGISTRY = "http://" + Cities.CONTROL_ADDRESS + ":8080";
    private static final Duration START = Duration.ofSeconds(60);

    private final World world;
    private final List<String> program;
    private final Map<String, Daemon> edges = new LinkedHashMap<>();
    private final Daemon registry;

    private Fleet(World world, List<String> program) {
        this.world = world;
        this.program = List.copyOf(program);
        Host control = world.host(Cities.CONTROL);
        control.write(CONFIGURATION, fleetSection() + """

                [registry]
                listen = "%s:8080"
                state-dir = "%s"
                """.formatted(Cities.CONTROL_ADDRESS, STATE));
        control.output(weft("fleet", "init", "--config", CONFIGURATION));
        registry = control.start("registry", weft("registry", "--config", CONFIGURATION));
        registry.awaitLine("ready", START);
    }

    /** @param program what starts Weft, with all but its arguments */
    public static Fleet start(World world, List<String> program) {
        Fleet fleet = new Fleet(world, program);
        List<String> all = world.topology().nodes().stream()
                .filter(node -> !node.anycast().isEmpty())
                .map(Topology.Node::name)
                .toList();
        all.forEach(edge -> fleet.write(edge, all));
        all.forEach(fleet::launch);
        all.forEach(fleet::awaitReady);
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
        secrets(host);
        secretFile(host, TOKEN, text(world.host(Cities.CONTROL).path(STATE + "/edge.token")));
        host.write(MEMBERS, members(members));
        host.write(
                CONFIGURATION,
                fleetSection() + """
                members-file = "%s"

                [edge]
                name = "%s"
                listen = ["203.0.113.1:2408", "[2001:db8:1::1]:2408"]
                registry = "%s"
                token-file = "%s"
                drain-deadline = "4s"

                [edge.bird]
                routers = [%s]
                router-asn = %d
                """.formatted(MEMBERS, edge, REGISTRY, TOKEN, routers(edge), BgpCity.ROUTER_ASN));
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
            List<String> addresses = new ArrayList<>();
            for (InetAddress address : world.topology().addresses(name)) {
                addresses.add("\"" + address.getHostAddress() + "\"");
            }
            text.append("[[member]]\nname = \"%s\"\ncity = \"%s\"\naddresses = [%s]\n"
                    .formatted(name, name.substring(0, 1), String.join(", ", addresses)));
        }
        return text.toString();
    }

    private void launch(String edge) {
        edges.put(edge, world.host(edge).start("edge", weft("edge", "--config", CONFIGURATION)));
    }

    private void awaitReady(String edge) {
        edge(edge).awaitLine("ready", START);
    }

    /** Starts an edge that is not running (any more), and waits until it serves. */
    public void startEdge(String name) {
        launch(name);
        awaitReady(name);
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

    /** Devices may register for a while. */
    public void openRegistration() {
        world.host(Cities.CONTROL).output(weft("registry", "open", "--for", "10m", "--config", CONFIGURATION));
    }

    /**
     * Registers a device of the lab by our own client, and connects it.
     *
     * @param options of {@code weft connect}
     */
    public void connect(String device, String... options) {
        Host host = world.host(device);
        host.output(weft("registration", "new", "--registry", REGISTRY, "--name", device, "--state-dir", STATE));
        List<String> connect = weft("connect", "--state-dir", STATE);
        connect.addAll(List.of(options));
        host.output(connect);
    }

    /**
     * A step of a change of the fleet's key, where the registry is, or without one how far it is.
     *
     * @return what {@code weft fleet rotate-key} prints
     */
    public String rotateKey(String... arguments) {
        List<String> words = new ArrayList<>(List.of("fleet", "rotate-key"));
        words.addAll(List.of(arguments));
        return command(Cities.CONTROL, words.toArray(String[]::new));
    }

    /** A secret that is in force from the next midnight on. */
    public void rotateSecret() {
        command(Cities.CONTROL, "fleet", "rotate-secret", "--in", "1");
    }

    /** Copies the key and the secret to every edge, as an operator does by hand. */
    public void copySecrets() {
        edges.keySet().forEach(edge -> secrets(world.host(edge)));
    }

    private void secrets(Host edge) {
        Host control = world.host(Cities.CONTROL);
        secretFile(edge, KEY, text(control.path(KEY)));
        secretFile(edge, SECRET, text(control.path(SECRET)));
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
    String birdConfiguration(String edge) {
        return command(edge, "edge", "bird");
    }

    /** The JSON of {@code weft fleet status}, as this edge sees its city. */
    public String status(String edge) {
        return command(edge, "fleet", "status", "--json");
    }

    private String command(String host, String... words) {
        List<String> command = weft(words);
        command.addAll(List.of("--config", CONFIGURATION));
        return world.host(host).output(command);
    }

    private List<String> weft(String... arguments) {
        List<String> command = new ArrayList<>(program);
        command.addAll(List.of(arguments));
        return command;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void secretFile(Host host, String path, String content) {
        host.write(path, content + "\n");
        try {
            Files.setPosixFilePermissions(host.path(path), PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
