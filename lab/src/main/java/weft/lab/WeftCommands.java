package weft.lab;

import java.util.ArrayList;
import java.util.List;

/** Everything that the demo knows of the program's command lines and of its configuration. */
final class WeftCommands {
    static final String CONFIGURATION_FILE = "/run/weft/weft.toml";
    static final String KEY_FILE = "/run/weft/fleet.key";
    static final String REGISTRY_URL = "http://203.0.113.66:8080";
    static final String READY = "ready";
    private static final String STATE = "/run/weft/state";

    private final List<String> program;

    /** @param program what starts Weft, with all but its arguments */
    WeftCommands(List<String> program) {
        this.program = List.copyOf(program);
    }

    /** Registry and edge in one process, on the city's anycast addresses. */
    static String configuration() {
        return """
                [fleet]
                key-file = "%s"
                endpoints = ["203.0.113.1:2408", "[2001:db8:1::1]:2408"]

                [edge]
                interface = "weft0"
                listen = ["203.0.113.1:2408", "[2001:db8:1::1]:2408"]

                [registry]
                listen = "203.0.113.66:8080"
                database = "sqlite:%s/registry.db"
                state-dir = "%s"
                """.formatted(KEY_FILE, STATE, STATE);
    }

    List<String> newKey() {
        return weft("wg", "genkey");
    }

    List<String> serve() {
        return weft("serve", "--config", CONFIGURATION_FILE);
    }

    List<String> openRegistration() {
        return weft("registry", "open", "--for", "10m", "--config", CONFIGURATION_FILE);
    }

    List<String> register() {
        return weft("registration", "new", "--registry", REGISTRY_URL, "--state-dir", STATE);
    }

    List<String> connect() {
        return weft("connect", "--state-dir", STATE);
    }

    List<String> disconnect() {
        return weft("disconnect", "--state-dir", STATE);
    }

    private List<String> weft(String... arguments) {
        List<String> command = new ArrayList<>(program);
        command.addAll(List.of(arguments));
        return command;
    }
}
