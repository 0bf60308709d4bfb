package weft.edge;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import weft.netio.Nftables;

/** The ruleset of nftables as {@code nft -j list ruleset} tells it; iptables-nft's tables are among it. */
final class NftChains {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Set<String> FAMILIES = Set.of("ip", "ip6", "inet");
    private static final Set<String> HOOKS = Set.of("forward", "input");
    private static final String DOCKER_USER = "DOCKER-USER";

    /** Statements that leave a rule unconditional. */
    private static final Set<String> NO_CONDITIONS =
            Set.of("counter", "log", "limit", "drop", "reject", "jump", "goto");

    private final List<JsonNode> chains = new ArrayList<>();
    private final List<JsonNode> rules = new ArrayList<>();

    private NftChains(JsonNode ruleset) {
        for (JsonNode entry : ruleset.path("nftables")) {
            if (entry.has("chain")) {
                chains.add(entry.get("chain"));
            } else if (entry.has("rule")) {
                rules.add(entry.get("rule"));
            }
        }
    }

    static NftChains read() throws IOException {
        String program = Nftables.program()
                .orElseThrow(() -> new IOException("nft is not installed; run: apt install nftables"))
                .toString();
        return parse(Command.run(List.of(program, "-j", "list", "ruleset")));
    }

    static NftChains parse(String json) throws IOException {
        try {
            return new NftChains(JSON.readTree(json));
        } catch (JacksonException malformed) {
            throw new IOException("nft -j list ruleset printed no JSON", malformed);
        }
    }

    /** Base chains of other tables that stop packets by their policy or by a rule without conditions. */
    List<Blocker> blockers(Set<String> ownTables) {
        List<Blocker> found = new ArrayList<>();
        for (JsonNode chain : chains) {
            if (FAMILIES.contains(text(chain, "family"))
                    && HOOKS.contains(text(chain, "hook"))
                    && text(chain, "type").equals("filter")
                    && !ownTables.contains(text(chain, "table"))) {
                reason(chain).ifPresent(reason -> found.add(blocker(chain, reason)));
            }
        }
        return found;
    }

    private Blocker blocker(JsonNode base, String reason) {
        String hook = text(base, "hook");
        boolean docker = hook.equals("forward") && chains.stream().anyMatch(chain -> isIn(chain, base, DOCKER_USER));
        String name = docker ? DOCKER_USER : text(base, "name");
        return new Blocker(text(base, "family"), text(base, "table"), name, hook, reason);
    }

    private Optional<String> reason(JsonNode base) {
        if (text(base, "policy").equals("drop")) {
            return Optional.of("policy drop");
        }
        return stops(base, text(base, "name"), new HashSet<>())
                ? Optional.of("ends in a drop or reject")
                : Optional.empty();
    }

    private boolean stops(JsonNode base, String chain, Set<String> visited) {
        if (!visited.add(chain)) {
            return false;
        }
        for (JsonNode rule : rules) {
            if (text(rule, "chain").equals(chain) && isSameTable(rule, base) && isUnconditional(rule)) {
                for (JsonNode statement : rule.path("expr")) {
                    if (statement.has("drop") || statement.has("reject") || isXtables(statement, "target", "REJECT")) {
                        return true;
                    }
                    String target = text(statement.path(statement.has("jump") ? "jump" : "goto"), "target");
                    if (!target.isEmpty() && stops(base, target, visited)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static boolean isUnconditional(JsonNode rule) {
        for (JsonNode statement : rule.path("expr")) {
            boolean harmless = NO_CONDITIONS.stream().anyMatch(statement::has)
                    || isXtables(statement, "match", "comment")
                    || isXtables(statement, "target", "");
            if (!harmless) {
                return false;
            }
        }
        return true;
    }

    /** What iptables-nft wraps: {@code {"xt": {"type": "target", "name": "REJECT"}}}; any name if it is empty. */
    private static boolean isXtables(JsonNode statement, String type, String name) {
        JsonNode wrapped = statement.path("xt");
        return text(wrapped, "type").equals(type)
                && (name.isEmpty() || text(wrapped, "name").equals(name));
    }

    boolean hasRule(Blocker blocker, String comment) {
        return rules.stream()
                .anyMatch(rule -> text(rule, "family").equals(blocker.family())
                        && text(rule, "table").equals(blocker.table())
                        && text(rule, "chain").equals(blocker.chain())
                        && text(rule, "comment").equals(comment));
    }

    void insert(Blocker blocker, List<String> matches, String comment) throws IOException {
        StringBuilder commands = new StringBuilder();
        for (String match : matches) {
            commands.append("insert rule ")
                    .append(blocker.family())
                    .append(' ')
                    .append(blocker.table())
                    .append(' ')
                    .append(blocker.chain())
                    .append(' ')
                    .append(match)
                    .append(" counter accept comment \"")
                    .append(comment)
                    .append("\"\n");
        }
        Nftables.load(commands.toString());
    }

    void delete(String comment) throws IOException {
        StringBuilder commands = new StringBuilder();
        for (JsonNode rule : rules) {
            if (text(rule, "comment").equals(comment)) {
                commands.append("delete rule ")
                        .append(text(rule, "family"))
                        .append(' ')
                        .append(text(rule, "table"))
                        .append(' ')
                        .append(text(rule, "chain"))
                        .append(" handle ")
                        .append(rule.path("handle").asInt())
                        .append('\n');
            }
        }
        if (!commands.isEmpty()) {
            Nftables.load(commands.toString());
        }
    }

    private static boolean isIn(JsonNode chain, JsonNode base, String name) {
        return text(chain, "name").equals(name) && isSameTable(chain, base);
    }

    private static boolean isSameTable(JsonNode one, JsonNode other) {
        return text(one, "family").equals(text(other, "family"))
                && text(one, "table").equals(text(other, "table"));
    }

    private static String text(JsonNode node, String field) {
        return node.path(field).asString("");
    }
}
