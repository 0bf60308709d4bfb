package weft.edge;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a table's chains do with packets of which little is known. A rule that may or may not apply decides nothing, for it
 * is not ours to guess at; {@link Doubt#BENEFIT} makes one exception: an accept that names the interface or port and
 * depends on more, such as an uplink or a zone, was put there by somebody who knew what for.
 */
record FilterTable(Map<String, List<FilterRule>> chains) {
    /** Docker's chain for the rules of others, which it never changes. */
    private static final String DOCKER_USER = "DOCKER-USER";

    enum Doubt {
        /** An accept counts if it surely applies. */
        NONE,
        /** An accept for this interface or port counts always. */
        BENEFIT
    }

    private enum End {
        ACCEPTED,
        STOPPED,
        RETURNED
    }

    FilterTable {
        chains = Map.copyOf(chains);
    }

    /** @param hook {@code forward} or {@code input} */
    record Base(String chain, String hook, boolean policyDrops) {}

    /** What a base chain of this table stops, if anything. */
    Optional<Blocker> blocker(String family, String name, Base base, Passages passages, Doubt doubt) {
        Map<Passage, String> reasons = new LinkedHashMap<>();
        for (Passage passage : passages.all()) {
            if (passage.hook().equals(base.hook())) {
                reason(base, passage, doubt).ifPresent(reason -> reasons.put(passage, reason));
            }
        }
        String chain =
                base.hook().equals("forward") && jumpsAlways(base.chain(), DOCKER_USER) ? DOCKER_USER : base.chain();
        return reasons.values().stream()
                .findFirst()
                .map(reason -> new Blocker(family, name, chain, reason, List.copyOf(reasons.keySet())));
    }

    private Optional<String> reason(Base base, Passage passage, Doubt doubt) {
        for (Map<FilterRule.Field, String> packet : Packets.of(passage)) {
            End end = new Walk(packet, doubt).through(base.chain(), true);
            if (end == End.STOPPED) {
                return Optional.of("a drop or reject of all the rest");
            }
            if (end == End.RETURNED && base.policyDrops()) {
                return Optional.of("policy drop");
            }
        }
        return Optional.empty();
    }

    private boolean jumpsAlways(String from, String to) {
        return chains.getOrDefault(from, List.of()).stream()
                .anyMatch(rule -> rule.conditions().isEmpty()
                        && rule.verdict() == FilterRule.Verdict.JUMP
                        && rule.target().equals(to));
    }

    /** One packet's way. Each chain is walked once, so it ends however they jump. */
    private final class Walk {
        private record Visit(String chain, boolean certain) {}

        private final Map<FilterRule.Field, String> packet;
        private final FilterTable.Doubt doubt;
        private final Map<Visit, End> known = new HashMap<>();

        Walk(Map<FilterRule.Field, String> packet, FilterTable.Doubt doubt) {
            this.packet = packet;
            this.doubt = doubt;
        }

        End through(String chain, boolean certain) {
            Visit visit = new Visit(chain, certain);
            End before = known.putIfAbsent(visit, End.RETURNED);
            if (before != null) {
                return before;
            }
            End end = End.RETURNED;
            for (FilterRule rule : chains.getOrDefault(chain, List.of())) {
                FilterRule.Truth applies = rule.appliesTo(packet);
                boolean sure = certain && applies == FilterRule.Truth.YES;
                if (applies == FilterRule.Truth.NO || (!sure && doubt == FilterTable.Doubt.NONE)) {
                    continue;
                }
                end = after(rule, sure);
                if (end != End.RETURNED || (applies == FilterRule.Truth.YES && rule.leaves())) {
                    break;
                }
            }
            known.put(visit, end);
            return end;
        }

        private End after(FilterRule rule, boolean sure) {
            return switch (rule.verdict()) {
                case ACCEPT -> sure || rule.names(packet) ? End.ACCEPTED : End.RETURNED;
                case STOP -> sure ? End.STOPPED : End.RETURNED;
                case JUMP, GOTO -> through(rule.target(), sure);
                case RETURN, NONE -> End.RETURNED;
            };
        }
    }
}
