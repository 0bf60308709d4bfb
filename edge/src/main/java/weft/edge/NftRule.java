package weft.edge;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import weft.edge.FilterRule.Condition;
import weft.edge.FilterRule.Field;
import weft.edge.FilterRule.Verdict;

/** Reads a rule as {@code nft -j} prints it (libnftables-json(5)). What it does not know becomes an unknown condition. */
final class NftRule {
    /** Statements that neither condition a rule nor end it. */
    private static final Set<String> HARMLESS = Set.of("counter", "log", "mangle", "notrack");

    private static final Map<String, Verdict> VERDICTS = Map.of(
            "accept", Verdict.ACCEPT,
            "drop", Verdict.STOP,
            "reject", Verdict.STOP,
            "return", Verdict.RETURN,
            "jump", Verdict.JUMP,
            "goto", Verdict.GOTO);

    private static final Map<String, Field> META = Map.of(
            "iifname", Field.IN,
            "iif", Field.IN,
            "oifname", Field.OUT,
            "oif", Field.OUT,
            "l4proto", Field.PROTOCOL);

    private final List<Condition> conditions = new ArrayList<>();
    private final List<FilterRule> read = new ArrayList<>();

    private final boolean bothFamilies;

    private NftRule(boolean bothFamilies) {
        this.bothFamilies = bothFamilies;
    }

    /** One rule, or with a verdict map one for each of its elements. */
    static List<FilterRule> read(JsonNode rule) {
        NftRule reader = new NftRule(text(rule, "family").equals("inet"));
        rule.path("expr").forEach(reader::statement);
        return reader.read;
    }

    private void statement(JsonNode statement) {
        Optional<FilterRule> end = verdict(statement);
        if (end.isPresent()) {
            read.add(end.get());
        } else if (statement.has("match")) {
            JsonNode match = statement.get("match");
            condition(match.path("left"), text(match, "op"), values(match.path("right")));
        } else if (statement.has("vmap")) {
            verdictMap(statement.get("vmap"));
        } else if (!isXtables(statement, "match", "comment")
                && !isXtables(statement, "target", "")
                && HARMLESS.stream().noneMatch(statement::has)) {
            conditions.add(Condition.UNKNOWN);
        }
    }

    private Optional<FilterRule> verdict(JsonNode statement) {
        if (isXtables(statement, "target", "REJECT")) {
            return Optional.of(new FilterRule(conditions, Verdict.STOP, ""));
        }
        return VERDICTS.entrySet().stream()
                .filter(known -> statement.has(known.getKey()))
                .findFirst()
                .map(known ->
                        new FilterRule(conditions, known.getValue(), text(statement.path(known.getKey()), "target")));
    }

    /** What iptables-nft wraps: {@code {"xt": {"type": "target", "name": "REJECT"}}}; any name if it is empty. */
    private static boolean isXtables(JsonNode statement, String type, String name) {
        JsonNode wrapped = statement.path("xt");
        return text(wrapped, "type").equals(type)
                && (name.isEmpty() || text(wrapped, "name").equals(name));
    }

    private void verdictMap(JsonNode map) {
        List<Condition> before = List.copyOf(conditions);
        for (JsonNode element : map.path("data").path("set")) {
            condition(map.path("key"), "==", values(element.path(0)));
            verdict(element.path(1)).ifPresent(read::add);
            conditions.clear();
            conditions.addAll(before);
        }
    }

    private void condition(JsonNode left, String operator, List<String> values) {
        Field field = META.getOrDefault(text(left.path("meta"), "key"), Field.OTHER);
        if (text(left.path("ct"), "key").equals("state")) {
            field = Field.STATE;
        }
        JsonNode header = left.path("payload");
        String protocol = text(header, "protocol");
        switch (protocol + " " + text(header, "field")) {
            case "ip protocol", "ip6 nexthdr" -> {
                field = Field.PROTOCOL;
                if (bothFamilies) {
                    conditions.add(Condition.UNKNOWN);
                }
            }
            case "tcp dport", "udp dport" -> {
                conditions.add(new Condition(Field.PROTOCOL, List.of(protocol), false));
                field = Field.PORT;
            }
            case "th dport" -> field = Field.PORT;
            default -> {}
        }
        boolean known = Set.of("==", "in", "!=").contains(operator) && !values.isEmpty();
        conditions.add(known ? new Condition(field, values, operator.equals("!=")) : Condition.UNKNOWN);
    }

    /** Empty if one of them is something else than a name, a number or a range. */
    private static List<String> values(JsonNode right) {
        JsonNode many = right.isArray() ? right : right.path("set");
        List<String> found = new ArrayList<>();
        for (JsonNode one : many.isArray() ? many : List.of(right)) {
            JsonNode value = one.path("elem").has("val") ? one.path("elem").path("val") : one;
            JsonNode range = value.path("range");
            String text = range.size() == 2
                    ? range.path(0).asString("") + "-" + range.path(1).asString("")
                    : value.asString("");
            if (text.isEmpty() || text.startsWith("@")) {
                return List.of();
            }
            found.add(text);
        }
        return found;
    }

    private static String text(JsonNode node, String field) {
        return node.path(field).asString("");
    }
}
