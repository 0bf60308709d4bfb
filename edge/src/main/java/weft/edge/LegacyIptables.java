package weft.edge;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The filter tables of the legacy iptables, which live outside nftables and are invisible to it. */
final class LegacyIptables {
    private static final Map<String, String> PROGRAMS =
            Map.of("legacy4", "iptables-legacy", "legacy6", "ip6tables-legacy");
    private static final Map<String, String> TABLES =
            Map.of("legacy4", "ip_tables_names", "legacy6", "ip6_tables_names");
    private static final String DOCKER_USER = "DOCKER-USER";

    private LegacyIptables() {}

    static List<Blocker> blockers() throws IOException {
        List<Blocker> found = new ArrayList<>();
        for (String family : List.of("legacy4", "legacy6")) {
            Optional<Path> program = program(family);
            if (program.isPresent() && isInUse(family)) {
                List<String> rules = rules(program.get());
                for (String hook : List.of("FORWARD", "INPUT")) {
                    reason(rules, hook).ifPresent(reason -> found.add(blocker(family, rules, hook, reason)));
                }
            }
        }
        return found;
    }

    private static Blocker blocker(String family, List<String> rules, String hook, String reason) {
        boolean docker = hook.equals("FORWARD") && rules.contains("-N " + DOCKER_USER);
        String name = hook.equals("FORWARD") ? "forward" : "input";
        return new Blocker(family, "filter", docker ? DOCKER_USER : hook, name, reason);
    }

    private static Optional<Path> program(String family) {
        return Command.find(PROGRAMS.getOrDefault(family, family));
    }

    /** Listing a table makes it, so only those are listed that exist. */
    private static boolean isInUse(String family) {
        try {
            return Files.readAllLines(Path.of("/proc/thread-self/net", TABLES.getOrDefault(family, family)))
                    .contains("filter");
        } catch (IOException neverLoaded) {
            return false;
        }
    }

    private static List<String> rules(Path program) throws IOException {
        return Command.run(List.of(program.toString(), "-w", "-S")).lines().toList();
    }

    private static Optional<String> reason(List<String> rules, String chain) {
        if (rules.contains("-P " + chain + " DROP")) {
            return Optional.of("policy DROP");
        }
        boolean ends = rules.stream()
                .anyMatch(rule ->
                        rule.equals("-A " + chain + " -j DROP") || rule.startsWith("-A " + chain + " -j REJECT"));
        return ends ? Optional.of("ends in a drop or reject") : Optional.empty();
    }

    static void insert(Blocker blocker, String tunnel, int port, String comment) throws IOException {
        Path program = program(blocker.family()).orElseThrow();
        if (rules(program).stream().anyMatch(rule -> isOurs(rule, blocker.chain(), comment))) {
            return;
        }
        List<List<String>> matches = blocker.hook().equals("forward")
                ? List.of(List.of("-i", tunnel), List.of("-o", tunnel))
                : List.of(List.of("-p", "udp", "--dport", Integer.toString(port)));
        for (List<String> match : matches) {
            List<String> command = new ArrayList<>(List.of(program.toString(), "-w", "-I", blocker.chain()));
            command.addAll(match);
            command.addAll(List.of("-m", "comment", "--comment", comment, "-j", "ACCEPT"));
            Command.run(command);
        }
    }

    private static boolean isOurs(String rule, String chain, String comment) {
        return rule.startsWith("-A " + chain + " ") && rule.contains("--comment " + comment + " ");
    }

    static void delete(String comment) throws IOException {
        for (String family : List.of("legacy4", "legacy6")) {
            Optional<Path> program = program(family);
            if (program.isEmpty() || !isInUse(family)) {
                continue;
            }
            for (String rule : rules(program.get())) {
                if (rule.startsWith("-A ") && rule.contains("--comment " + comment + " ")) {
                    List<String> command = new ArrayList<>(List.of(program.get().toString(), "-w", "-D"));
                    command.addAll(List.of(rule.substring(3).split(" ", -1)));
                    Command.run(command);
                }
            }
        }
    }
}
