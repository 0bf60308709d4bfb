package weft.edge;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import weft.edge.FilterRule.Condition;
import weft.edge.FilterRule.Field;
import weft.edge.FilterRule.Verdict;

/** Reads a rule as {@code iptables -S} prints it. What it does not know becomes an unknown condition. */
final class IptablesRule {
    private static final Pattern WORD = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"|\\S+");

    /** Modules whose options say all. */
    private static final Set<String> PLAIN_MODULES = Set.of("tcp", "udp", "comment", "conntrack", "state", "multiport");

    private final List<Condition> conditions = new ArrayList<>();
    private final Deque<String> words = new ArrayDeque<>();
    private final Set<String> chains;

    private IptablesRule(String rule, Set<String> chains) {
        this.chains = chains;
        Matcher word = WORD.matcher(rule);
        while (word.find()) {
            words.add(word.group());
        }
    }

    /**
     * @param rule without {@code -A} and its chain
     * @param chains that one can jump to
     */
    static FilterRule read(String rule, Set<String> chains) {
        return new IptablesRule(rule, chains).read();
    }

    private FilterRule read() {
        boolean negated = false;
        while (!words.isEmpty()) {
            String word = words.remove();
            if (word.equals("-j") || word.equals("-g")) {
                return end(word, next());
            }
            if (!word.equals("!")) {
                option(word, negated);
            }
            negated = word.equals("!");
        }
        return new FilterRule(conditions, Verdict.NONE, "");
    }

    private FilterRule end(String option, String target) {
        return switch (target) {
            case "ACCEPT" -> new FilterRule(conditions, Verdict.ACCEPT, "");
            case "DROP", "REJECT" -> new FilterRule(conditions, Verdict.STOP, "");
            case "RETURN" -> new FilterRule(conditions, Verdict.RETURN, "");
            default -> {
                Verdict leap = option.equals("-j") ? Verdict.JUMP : Verdict.GOTO;
                yield chains.contains(target)
                        ? new FilterRule(conditions, leap, target)
                        : new FilterRule(conditions, Verdict.NONE, "");
            }
        };
    }

    private void option(String word, boolean negated) {
        switch (word) {
            case "-i" -> add(Field.IN, next().replace('+', '*'), negated);
            case "-o" -> add(Field.OUT, next().replace('+', '*'), negated);
            case "-p" -> add(Field.PROTOCOL, next(), negated);
            case "--dport", "--dports" -> add(Field.PORT, next().replace(':', '-'), negated);
            case "--ctstate", "--state" -> add(Field.STATE, next().toLowerCase(Locale.ROOT), negated);
            case "--comment" -> next();
            case "-m" -> {
                if (!PLAIN_MODULES.contains(next())) {
                    conditions.add(Condition.UNKNOWN);
                }
            }
            default -> conditions.add(Condition.UNKNOWN);
        }
    }

    private void add(Field field, String values, boolean negated) {
        conditions.add(new Condition(field, Stream.of(values.split(",", -1)).toList(), negated));
    }

    private String next() {
        return words.isEmpty() ? "" : words.remove();
    }
}
