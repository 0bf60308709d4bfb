package weft.lab;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What can befall a world and its fleet, for a person who has one up. Whatever cannot be done is a {@link LabException} that
 * says what can.
 */
public final class Trouble {
    private static final String EDGE = "edge";
    private static final Duration START = Duration.ofSeconds(60);

    private final World world;
    private final List<String> program;

    /** @param program what starts Weft, with all but its arguments */
    public Trouble(World world, List<String> program) {
        this.world = world;
        this.program = List.copyOf(program);
    }

    /**
     * A NAT forgets every mapping.
     *
     * @param nat by default the one that the phone is behind
     * @return its name
     */
    public String rebind(Optional<String> nat) {
        String name = nat.orElseGet(() -> world.network(Topology.PHONE));
        if (world.topology().node(name).udpTimeout().isEmpty()) {
            throw new LabException(name + " translates no addresses; these do: "
                    + names(world.topology().nodes().stream()
                            .filter(node -> node.udpTimeout().isPresent())
                            .map(Topology.Node::name)
                            .toList()));
        }
        world.rebind(name);
        return name;
    }

    /** A device leaves its network for another of its own. */
    public void move(String device, String network) {
        List<String> all = world.topology().uplinks(device).stream()
                .map(Topology.Link::upper)
                .toList();
        if (!all.contains(network)) {
            throw new LabException(device + " has no way to " + network + "; it has: " + names(all));
        }
        world.move(device, network);
    }

    /** Packets for the anycast addresses go to another city from now on. */
    public void lead(String city) {
        host(Cities.router(city), "There is no city " + city + " in this world; a fleet's world has a and b.");
        world.lead(Topology.INTERNET, Cities.ANYCAST, Cities.router(city));
    }

    /** Nothing gets in or out of a host any more. */
    public void cut(String host) {
        world.cut(host);
    }

    /** Nothing passes between an edge and etcd any more; all else does. */
    public void cutFromEtcd(String edge) {
        Daemons control = new Daemons(host(Cities.CONTROL, "There is no etcd in this world."));
        if (!control.names().contains("etcd")) {
            throw new LabException("There is no etcd in this world; its edges read from a file who they are.");
        }
        EtcdServer.cut(world.host(edge), InetAddress.ofLiteral(Cities.CONTROL_ADDRESS));
    }

    /** Undoes {@link #cut} and {@link #cutFromEtcd}. */
    public void mend(String host) {
        boolean whole =
                world.host(host).run("nft", "delete", "table", "inet", "cut").ok();
        boolean etcd =
                world.host(host).run("nft", "delete", "table", "ip", "etcd").ok();
        if (!whole && !etcd) {
            throw new LabException("Nothing is cut at " + host + ".");
        }
    }

    /** SIGKILL for a program of a host. */
    public void kill(String host, String daemon) {
        Daemons daemons = known(host, daemon);
        if (!daemons.runs(daemon)) {
            throw new LabException(
                    daemon + " does not run on " + host + ".\n  Next: weft lab start " + which(host, daemon));
        }
        daemons.kill(daemon);
    }

    /** Starts a program of a host as it was started before, or for the first time; returns once it is ready, if it says so. */
    public void start(String host, String daemon) {
        Daemons daemons = known(host, daemon);
        if (daemons.runs(daemon)) {
            throw new LabException(
                    daemon + " runs on " + host + " already.\n  Next: weft lab kill " + which(host, daemon));
        }
        List<String> command = daemons.command(daemon);
        Daemon started = world.host(host).start(daemon, command);
        if (command.contains(program.getLast())) {
            started.awaitLine(WeftCommands.READY, START);
        }
    }

    private static String which(String host, String daemon) {
        return daemon.equals(EDGE) ? host : host + " " + daemon;
    }

    private Daemons known(String host, String daemon) {
        Daemons daemons = new Daemons(world.host(host));
        if (!daemons.names().contains(daemon)) {
            throw new LabException("There is no " + daemon + " on " + host + "; it has: " + names(daemons.names()));
        }
        return daemons;
    }

    /** An edge takes no new clients, and gives its sessions to others by then. */
    public void drain(String edge, String deadline) {
        command(edge, "drain", "--deadline", deadline);
    }

    public void undrain(String edge) {
        command(edge, "undrain");
    }

    private void command(String edge, String... words) {
        Daemons daemons = known(edge, EDGE);
        List<String> start = daemons.command(EDGE);
        List<String> command = new ArrayList<>(program);
        command.add(EDGE);
        command.addAll(List.of(words));
        command.addAll(start.subList(start.indexOf("--config"), start.size()));
        Host.Result result = world.host(edge).run(command);
        if (!result.ok()) {
            throw new LabException(edge + ": " + result.errors().strip());
        }
    }

    /** A host's programs see a clock that is that far ahead of the others', or behind, from now on. */
    public void skew(String host, Duration ahead) {
        Host skewed = world.host(host);
        if (!WallClock.isOn(skewed)) {
            throw new LabException("The programs on " + host + " see the machine's clock; these hosts have their own: "
                    + names(world.topology().nodes().stream()
                            .map(Topology.Node::name)
                            .filter(name -> WallClock.isOn(world.host(name)))
                            .toList()));
        }
        WallClock.set(skewed, ahead);
    }

    private Host host(String name, String otherwise) {
        if (world.topology().nodes().stream().noneMatch(node -> node.name().equals(name))) {
            throw new LabException(otherwise);
        }
        return world.host(name);
    }

    private static String names(List<String> all) {
        return all.isEmpty() ? "none" : String.join(", ", all);
    }
}
