package weft.edge;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The filter tables of the legacy iptables, which live outside nftables and are invisible to it. */
final class LegacyIptables {
    private static final Map<String, String> PROGRAMS =
            Map.of("legacy4", "iptables-legacy", "legacy6", "ip6tables-legacy");
    private static final Map<String, String> TABLES =
            Map.of("legacy4", "ip_tables_names", "legacy6", "ip6_tables_names");

    private LegacyIptables() {}

    static List<Blocker> blockers(Passages passages, FilterTable.Doubt doubt) throws IOException {
        List<Blocker> found = new ArrayList<>();
        for (String family : List.of("legacy4", "legacy6")) {
            Optional<Path> program = program(family);
            if (program.isPresent() && isInUse(family)) {
                found.addAll(blockers(family, rules(program.get()), passages, doubt));
            }
        }
        return found;
    }

    private static List<Blocker> blockers(
            String family, List<String> rules, Passages passages, FilterTable.Doubt doubt) {
        FilterTable table = table(rules);
        return Stream.of("FORWARD", "INPUT")
                .map(chain -> new FilterTable.Base(
                        chain, chain.toLowerCase(Locale.ROOT), rules.contains("-P " + chain + " DROP")))
                .flatMap(base -> table.blocker(family, "filter", base, passages, doubt).stream())
                .toList();
    }

    private static FilterTable table(List<String> rules) {
        Set<String> chains = rules.stream()
                .filter(rule -> rule.startsWith("-N "))
                .map(rule -> rule.substring(3))
                .collect(Collectors.toSet());
        Map<String, List<FilterRule>> byChain = new HashMap<>();
        for (String rule : rules) {
            String[] words = rule.split(" ", 3);
            if (words.length == 3 && words[0].equals("-A")) {
                byChain.computeIfAbsent(words[1], chain -> new ArrayList<>()).add(IptablesRule.read(words[2], chains));
            }
        }
        return new FilterTable(byChain);
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

    static boolean hasRule(Blocker blocker, Passage passage, String comment) throws IOException {
        return rules(program(blocker.family()).orElseThrow()).stream()
                .filter(rule -> isOurs(rule, blocker.chain(), comment))
                .anyMatch(rule ->
                        IptablesRule.read(rule.split(" ", 3)[2], Set.of()).accepts(passage));
    }

    static void insert(Blocker blocker, Passage passage, String comment) throws IOException {
        Path program = program(blocker.family()).orElseThrow();
        List<String> command = new ArrayList<>(List.of(program.toString(), "-w", "-I", blocker.chain()));
        command.addAll(passage.iptables());
        command.addAll(List.of("-m", "comment", "--comment", comment, "-j", "ACCEPT"));
        Command.run(command);
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
