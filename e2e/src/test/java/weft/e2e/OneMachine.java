package weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The least fleet: a device, a server that can run {@code weft serve}, and the Internet behind it. Each command is a process
 * of its own. Gone when it closes.
 */
final class OneMachine implements AutoCloseable {
    static final String DEVICE = "203.0.113.2";
    static final String INTERNET = "198.51.100.2";
    static final String REGISTRY = "http://203.0.113.1:8080";

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    final Netns server = Netns.create("v");
    final Netns device = Netns.create("d");
    private final Netns internet = Netns.create("i");
    private final Path directory;
    private final List<String> launcher;

    /**
     * @param directory that nobody else uses; configuration, state and logs are in there
     * @param launcher the start of every command line of the program
     */
    OneMachine(Path directory, String... launcher) throws IOException {
        this.directory = directory;
        this.launcher = List.of(launcher);
        Netns.join(device, server);
        device.sh("ip addr add " + DEVICE + "/24 dev eth0");
        server.sh("ip addr add 203.0.113.1/24 dev eth0; ip link add eth1 type veth peer name eth0 netns "
                + internet.name());
        server.sh("ip addr add 198.51.100.1/24 dev eth1; ip link set eth1 up");
        internet.sh("ip addr add " + INTERNET + "/24 dev eth0; ip link set eth0 up");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        Files.writeString(config(), """
                [fleet]
                key-file = "%1$s/fleet.key"
                endpoints = ["203.0.113.1:2408"]

                [edge]
                listen = ["203.0.113.1:2408"]

                [registry]
                listen = "203.0.113.1:8080"
                database = "sqlite:%1$s/registry.db"
                state-dir = "%1$s/registry"
                """.formatted(directory));
    }

    /**
     * Returns when it is ready; it ends with the world, or when it is told to.
     *
     * @param environment {@code NAME=value}
     */
    Process serve(String... environment) throws IOException {
        List<String> serve = new ArrayList<>(List.of("env"));
        serve.addAll(List.of(environment));
        serve.addAll(command("serve", "--config", config().toString()));
        Path log = directory.resolve("serve.log");
        Process process = server.start(log, serve.toArray(String[]::new));
        Instant deadline = Instant.now().plus(PATIENCE);
        while (!Files.readString(log).contains("ready")) {
            assertThat(process.isAlive()).as(Files.readString(log)).isTrue();
            assertThat(Instant.now()).as(Files.readString(log)).isBefore(deadline);
            Thread.onSpinWait();
        }
        return process;
    }

    Path config() {
        return directory.resolve("weft.toml");
    }

    /** A device's state directory. */
    String state(String name) {
        return directory.resolve(name).toString();
    }

    private List<String> command(String... arguments) {
        List<String> all = new ArrayList<>(launcher);
        all.addAll(List.of(WeftProgram.command(arguments)));
        return all;
    }

    Said weft(Netns where, String... arguments) {
        return Said.of(where.sh("WEFT_LOG=DEBUG " + String.join(" ", command(arguments)) + "; echo exit=$?"));
    }

    Said registry(String... arguments) {
        String[] all = new String[arguments.length + 3];
        all[0] = "registry";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        all[all.length - 2] = "--config";
        all[all.length - 1] = config().toString();
        return weft(server, all);
    }

    String invite(String... options) {
        String[] all = new String[options.length + 2];
        all[0] = "invite";
        all[1] = "create";
        System.arraycopy(options, 0, all, 2, options.length);
        return registry(all).succeeded();
    }

    /** By standard input, as one does where others can list the processes. */
    Said join(String invite, String name) throws IOException {
        Path file = Files.writeString(directory.resolve("invite"), invite + "\n");
        String command = String.join(" ", command("join", "-", "--name", name, "--state-dir", state(name)));
        return Said.of(device.sh("WEFT_LOG=DEBUG " + command + " < " + file + "; echo exit=$?"));
    }

    /** Whether the device reaches the Internet side. */
    boolean online(int seconds) {
        return device.succeeds("ping -q -c 1 -i 0.2 -w " + seconds + " " + INTERNET);
    }

    @Override
    public void close() {
        device.close();
        server.close();
        internet.close();
    }
}
