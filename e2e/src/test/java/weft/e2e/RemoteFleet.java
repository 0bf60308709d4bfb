package weft.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import weft.lab.Daemon;
import weft.lab.Host;
import weft.lab.LabException;
import weft.lab.Topology;
import weft.lab.Website;
import weft.lab.World;

/**
 * A fleet whose registry is a machine of its own, reached over HTTPS by its name: a registry, an edge, two devices behind
 * NATs, and a website. Each machine has its files in its own {@code /run/weft}; what goes from one to another by hand (the
 * edge's token, the certificate) is copied.
 */
final class RemoteFleet implements AutoCloseable {
    static final String REGISTRY = "registry";
    static final String LAPTOP = "laptop";
    static final String URL = "https://registry.weft.test:8443";
    static final String CONFIG = "/run/weft/weft.toml";
    static final String STATE = "/run/weft/state";
    private static final String CERTIFICATE = "/run/weft/tls.crt";
    private static final String ENDPOINT = "203.0.113.1:2408";
    private static final Duration START = Duration.ofSeconds(30);
    private static final int RATE = 4 << 20;

    final World world = World.raise(new Topology.Builder()
            .host(Topology.INTERNET)
            .nat(Topology.WIFI, Topology.USUAL_UDP_TIMEOUT)
            .link(Topology.WIFI, Topology.INTERNET, "192.0.2.0/30")
            .nat(Topology.CELLULAR, Topology.USUAL_UDP_TIMEOUT)
            .link(Topology.CELLULAR, Topology.INTERNET, "192.0.2.4/30")
            .host(Topology.PHONE)
            .link(Topology.PHONE, Topology.WIFI, "192.168.1.0/24")
            .link(Topology.PHONE, Topology.CELLULAR, "100.64.0.0/24")
            .host(LAPTOP)
            .link(LAPTOP, Topology.WIFI, "192.168.2.0/24")
            .host(Topology.EDGE, "203.0.113.1")
            .link(Topology.EDGE, Topology.INTERNET, "203.0.113.64/30")
            .host(REGISTRY, "203.0.113.9")
            .link(REGISTRY, Topology.INTERNET, "203.0.113.68/30")
            .host(Topology.WEB, "198.51.100.46")
            .link(Topology.WEB, Topology.INTERNET, "192.0.2.12/30")
            .name(Topology.DUAL_NAME, "198.51.100.46")
            .name("registry.weft.test", "203.0.113.9")
            .build());

    final Website website = Website.start(world, RATE);
    private final String level;
    private int started;

    /** @param level of the programs' logs; empty for the one that they have by themselves */
    RemoteFleet(String level) throws IOException {
        this.level = level;
        for (String machine : List.of(Topology.EDGE, REGISTRY, Topology.PHONE, LAPTOP)) {
            world.host(machine).output("mkdir", "-m", "700", "/run/weft");
        }
        Host edge = world.host(Topology.EDGE);
        String key = edge.output("wg", "genkey");
        secret(Topology.EDGE, "/run/weft/fleet.key", key + "\n");
        String publicKey = edge.feed(key, "wg", "pubkey");
        Certificate.make("registry.weft.test", path(REGISTRY, CERTIFICATE), path(REGISTRY, "/run/weft/tls.key"));
        for (String machine : List.of(Topology.EDGE, Topology.PHONE, LAPTOP)) {
            Files.copy(path(REGISTRY, CERTIFICATE), path(machine, CERTIFICATE));
        }
        world.host(REGISTRY).write(CONFIG, """
                [fleet]
                public-key = "%s"
                endpoints = ["%s"]

                [registry]
                listen = "203.0.113.9:8443"
                url = "%s"
                certificate = "tls.crt"
                key = "tls.key"
                state-dir = "registry"
                """.formatted(publicKey, ENDPOINT, URL));
        edge.write(CONFIG, """
                [fleet]
                key-file = "fleet.key"
                endpoints = ["%s"]

                [edge]
                listen = ["%s"]
                registry = "%s"
                token-file = "edge.token"
                ca-file = "tls.crt"
                """.formatted(ENDPOINT, ENDPOINT, URL));
    }

    Path path(String machine, String inside) {
        return world.host(machine).path(inside);
    }

    private void secret(String machine, String inside, String content) throws IOException {
        Path file = path(machine, inside);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, content);
    }

    private List<String> logging(String[] command) {
        List<String> all = new ArrayList<>();
        if (!level.isEmpty()) {
            all.addAll(List.of("env", "WEFT_LOG=" + level));
        }
        all.addAll(List.of(command));
        return all;
    }

    private Daemon start(String machine, String role) {
        Daemon daemon = world.host(machine)
                .start(role + "-" + ++started, logging(WeftProgram.optimized(role, "--config", CONFIG)));
        daemon.awaitLine("ready", START);
        return daemon;
    }

    Daemon startRegistry() {
        return start(REGISTRY, "registry");
    }

    /** The registry has made the edge's token at its first start. */
    Daemon startEdge() throws IOException {
        Path token = path(Topology.EDGE, "/run/weft/edge.token");
        if (Files.notExists(token)) {
            Files.copy(path(REGISTRY, "/run/weft/registry/edge.token"), token);
        }
        return start(Topology.EDGE, "edge");
    }

    /** The registry's network vanishes without a word to anybody, or is back. */
    void cutOffRegistry(boolean cut) {
        world.host(REGISTRY).feed(cut ? """
                table inet cut {
                  chain input { type filter hook input priority 0; iifname internet drop; }
                  chain output { type filter hook output priority 0; oifname internet drop; }
                }
                """ : "delete table inet cut", "nft", "-f", "-");
    }

    /** What a command said on both streams, and how it ended. */
    record Said(String text, int exit) {
        String succeeded() {
            if (exit != 0) {
                throw new AssertionError("exit " + exit + ": " + text);
            }
            return text;
        }
    }

    Said command(String machine, String... arguments) {
        Host.Result result = world.host(machine).run(logging(WeftProgram.command(arguments)));
        return new Said((result.output() + result.errors()).strip(), result.status());
    }

    /** A command of the device side. */
    Said device(String machine, String... arguments) {
        return command(machine, with(arguments, "--state-dir", STATE));
    }

    /** What the admin types on the registry's machine. */
    String admin(String... arguments) {
        String[] all = with(new String[] {"registry"}, arguments);
        return command(REGISTRY, with(all, "--config", CONFIG)).succeeded();
    }

    private static String[] with(String[] some, String... more) {
        String[] all = Arrays.copyOf(some, some.length + more.length);
        System.arraycopy(more, 0, all, some.length, more.length);
        return all;
    }

    String id(String name) {
        return admin("device", "list")
                .lines()
                .filter(line -> line.contains("\t" + name + "\t"))
                .map(line -> line.substring(0, line.indexOf('\t')))
                .findFirst()
                .orElseThrow();
    }

    /** Whether a page comes within seconds, asked for by the edge. */
    boolean goesThroughTheEdge(String machine, int seconds) {
        Host.Result page = world.host(machine)
                .run(
                        "curl",
                        "-sS",
                        "--fail",
                        "--max-time",
                        Integer.toString(seconds),
                        "http://" + Topology.DUAL_NAME + "/");
        return page.ok()
                && world.topology()
                        .addresses(Topology.EDGE)
                        .contains(
                                Website.client(Topology.DUAL_NAME, page.output().strip()));
    }

    /** Waits until it is so, and returns how long that took; fails after patience. */
    static Duration await(String what, BooleanSupplier happened, Duration patience) {
        long begun = System.nanoTime();
        while (!happened.getAsBoolean()) {
            if (System.nanoTime() - begun > patience.toNanos()) {
                throw new LabException(what + ": not within " + patience.toSeconds() + " s");
            }
        }
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    /** All that was ever logged by the registry's and the edge's processes. */
    String log(String machine) throws IOException {
        StringBuilder all = new StringBuilder();
        try (var files = Files.list(path(machine, "/run/log"))) {
            for (Path file : files.sorted().toList()) {
                all.append(Files.readString(file, StandardCharsets.UTF_8));
            }
        }
        return all.toString();
    }

    @Override
    public void close() {
        world.close();
    }
}
