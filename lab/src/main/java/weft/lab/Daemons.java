package weft.lab;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The programs that run on in a host, found again from another program: each has left its command and its process in the
 * host's /run/daemons.
 */
final class Daemons {
    private static final String DIRECTORY = "/run/daemons";

    /** Its process writes down its number before it becomes what it shall be. */
    private static final String NOTE = "echo $$ >" + DIRECTORY + "/\"$0\".pid && exec \"$@\"";

    private final Host host;

    Daemons(Host host) {
        this.host = host;
    }

    /** Remembers how a daemon is started, before it ever is. */
    void know(String name, List<String> command) {
        host.write(DIRECTORY + "/" + name, String.join("\0", command));
    }

    /** A command that starts it, and leaves what is needed to find it. */
    List<String> noted(String name, List<String> command) {
        know(name, command);
        List<String> noted = new ArrayList<>(List.of("sh", "-c", NOTE, name));
        noted.addAll(command);
        return noted;
    }

    List<String> names() {
        File[] files = host.path(DIRECTORY).toFile().listFiles((directory, file) -> !file.endsWith(".pid"));
        return files == null
                ? List.of()
                : Arrays.stream(files).map(File::getName).sorted().toList();
    }

    /** The command that starts it. */
    List<String> command(String name) {
        return List.of(read(name).split("\0"));
    }

    boolean runs(String name) {
        return names().contains(name)
                && Files.exists(host.path(DIRECTORY + "/" + name + ".pid"))
                && host.run("kill", "-0", pid(name)).ok();
    }

    /** SIGKILL; it must run. */
    void kill(String name) {
        host.output("kill", "-KILL", pid(name));
    }

    private String pid(String name) {
        return read(name + ".pid").strip();
    }

    private String read(String file) {
        try {
            return Files.readString(host.path(DIRECTORY + "/" + file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new LabException("It is not known what runs on " + host.name() + ": " + e.getMessage(), e);
        }
    }
}
