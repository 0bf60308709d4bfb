package weft.edge;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import weft.netio.Nftables;

/** The ruleset of nftables as {@code nft -j list ruleset} tells it; iptables-nft's tables are among it. */
final class NftChains {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Set<String> FAMILIES = Set.of("ip", "ip6", "inet");

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

    /** Base chains of other tables that stop some of these packets. */
    List<Blocker> blockers(Passages passages, FilterTable.Doubt doubt) {
        List<Blocker> found = new ArrayList<>();
        for (JsonNode chain : chains) {
            if (FAMILIES.contains(text(chain, "family"))
                    && text(chain, "type").equals("filter")
                    && !text(chain, "table").equals(passages.mark())) {
                FilterTable.Base base = new FilterTable.Base(
                        text(chain, "name"),
                        text(chain, "hook"),
                        text(chain, "policy").equals("drop"));
                table(chain)
                        .blocker(text(chain, "family"), text(chain, "table"), base, passages, doubt)
                        .ifPresent(found::add);
            }
        }
        return found;
    }

    private FilterTable table(JsonNode base) {
        Map<String, List<FilterRule>> byChain = new HashMap<>();
        for (JsonNode rule : rules) {
            if (isSameTable(rule, base)) {
                byChain.computeIfAbsent(text(rule, "chain"), chain -> new ArrayList<>())
                        .addAll(NftRule.read(rule));
            }
        }
        return new FilterTable(byChain);
    }

    boolean hasRule(Blocker blocker, Passage passage, String comment) {
        return rules.stream()
                .filter(rule -> text(rule, "family").equals(blocker.family())
                        && text(rule, "table").equals(blocker.table())
                        && text(rule, "chain").equals(blocker.chain())
                        && text(rule, "comment").equals(comment))
                .flatMap(rule -> NftRule.read(rule).stream())
                .anyMatch(rule -> rule.accepts(passage));
    }

    static void insert(Blocker blocker, Passage passage, String comment) throws IOException {
        Nftables.load("insert rule " + blocker.family() + " " + blocker.table() + " " + blocker.chain() + " "
                + passage.nft() + " counter accept comment \"" + comment + "\"\n");
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

    private static boolean isSameTable(JsonNode one, JsonNode other) {
        return text(one, "family").equals(text(other, "family"))
                && text(one, "table").equals(text(other, "table"));
    }

    private static String text(JsonNode node, String field) {
        return node.path(field).asString("");
    }
}
