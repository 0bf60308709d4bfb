package weft.edge;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A rule of another firewall, as far as it matters here, be it nftables' or iptables'.
 *
 * @param conditions all of which must hold
 * @param target the chain of a {@link Verdict#JUMP} or {@link Verdict#GOTO}, else empty
 */
record FilterRule(List<Condition> conditions, Verdict verdict, String target) {
    FilterRule {
        conditions = List.copyOf(conditions);
    }

    enum Verdict {
        ACCEPT,
        /** Drop or reject. */
        STOP,
        RETURN,
        JUMP,
        GOTO,
        /** It only counts, logs or marks. */
        NONE
    }

    /** What a condition can be about. */
    enum Field {
        /** Name of the interface that the packet comes in by. */
        IN,
        /** Name of the interface that it leaves by. */
        OUT,
        /** {@code tcp}, {@code udp} and the like. */
        PROTOCOL,
        /** The destination's. */
        PORT,
        /** Of its connection, in small letters. */
        STATE,
        /** All else, of which nothing is known. */
        OTHER
    }

    enum Truth {
        YES,
        NO,
        MAYBE
    }

    /** @param values one of which it must have: with {@code *} at the end a prefix, for ports also a range {@code 1-1023} */
    record Condition(Field field, List<String> values, boolean negated) {
        static final Condition UNKNOWN = new Condition(Field.OTHER, List.of(), false);

        private static final Pattern RANGE = Pattern.compile("(\\d{1,9})-(\\d{1,9})");

        Condition {
            values = List.copyOf(values);
        }

        Truth of(Map<Field, String> packet) {
            String actual = packet.getOrDefault(field, "");
            if (actual.isEmpty()) {
                return Truth.MAYBE;
            }
            return values.stream().anyMatch(value -> matches(value, actual)) == negated ? Truth.NO : Truth.YES;
        }

        private static boolean matches(String value, String actual) {
            Matcher range = RANGE.matcher(value);
            if (range.matches() && actual.matches("\\d{1,9}")) {
                int number = Integer.parseInt(actual);
                return Integer.parseInt(range.group(1)) <= number && number <= Integer.parseInt(range.group(2));
            }
            return value.endsWith("*")
                    ? actual.startsWith(value.substring(0, value.length() - 1))
                    : value.equals(actual);
        }

        private boolean names(Map<Field, String> packet) {
            boolean particular = field == Field.IN || field == Field.OUT || field == Field.PORT;
            return particular && !negated && of(packet) == Truth.YES;
        }
    }

    Truth appliesTo(Map<Field, String> packet) {
        Truth all = Truth.YES;
        for (Condition condition : conditions) {
            switch (condition.of(packet)) {
                case NO -> {
                    return Truth.NO;
                }
                case MAYBE -> all = Truth.MAYBE;
                case YES -> {}
            }
        }
        return all;
    }

    /** Whether all such packets pass by this rule. */
    boolean accepts(Passage passage) {
        return verdict == Verdict.ACCEPT
                && Packets.of(passage).stream().allMatch(packet -> appliesTo(packet) == Truth.YES);
    }

    /** Whether no later rule of its chain is asked. */
    boolean leaves() {
        return verdict != Verdict.JUMP && verdict != Verdict.NONE;
    }

    /** Whether it is about this interface or port, so that somebody has thought of these packets. */
    boolean names(Map<Field, String> packet) {
        return conditions.stream().anyMatch(condition -> condition.names(packet));
    }
}
