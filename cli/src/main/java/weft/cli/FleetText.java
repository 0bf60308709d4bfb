package weft.cli;

import java.util.Locale;
import java.util.Optional;
import weft.edge.FleetCount;
import weft.edge.FleetStatus;

/** A fleet's status for people. */
final class FleetText {
    private static final String ROW = "%-16s %-9s %7s %8s %10s %11s %6s";

    private FleetText() {}

    static String full(FleetStatus status) {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT, ROW, "EDGE", "STATE", "SHARE", "SESSIONS", "SECOND HOP", "TAKEN OVER", "TABLE"));
        for (FleetStatus.Member edge : status.edges()) {
            Optional<FleetStatus.Figures> figures = edge.figures();
            text.append(String.format(
                    Locale.ROOT,
                    "%n" + ROW,
                    edge.name(),
                    edge.state().name().toLowerCase(Locale.ROOT),
                    percent(edge.share()),
                    figures.map(known -> Long.toString(known.sessions())).orElse("?"),
                    figures.map(known -> percent(known.secondHopShare())).orElse("?"),
                    figures.map(known -> Long.toString(known.takenOver())).orElse("?"),
                    edge.sameTable().map(same -> same ? "same" : "OTHER").orElse("?")));
        }
        text.append(String.format(
                Locale.ROOT,
                "%nAs %s sees it; its table is %s, its clock %+d ms off the city's median.",
                status.edge(),
                status.tableDigest(),
                status.clockSkewMillis()));
        if (!status.takesOver()) {
            text.append(
                    String.format("%nIt takes no sessions over: its clock is off, or it is cut off from the others."));
        }
        if (status.dataPath() == FleetStatus.Health.SICK) {
            text.append(String.format(
                    "%nWhat devices send does not pass through it: see its log, and `weft doctor` there."));
        }
        long fragmented = status.counts().getOrDefault(FleetCount.FRAGMENTED, 0L);
        if (fragmented > 0) {
            text.append(String.format(
                    Locale.ROOT,
                    "%n%d datagrams to other edges went in fragments; with an MTU of 1600 between edges none would.",
                    fragmented));
        }
        if (status.drain().state() != FleetStatus.DrainState.SERVING) {
            text.append(String.format("%nIt drains: %s.", drain(status.drain())));
        }
        return text.toString();
    }

    /** What is left, such as "12 sessions and 34 inner flows, until 850 s from now". */
    static String drain(FleetStatus.Drain drain) {
        String left = drain.sessions() + " sessions and "
                + drain.flows().map(flows -> flows + " inner flows").orElse("an unknown number of inner flows");
        return switch (drain.state()) {
            case SERVING -> left;
            case KEEPING -> left + ", until " + drain.secondsLeft().orElse(0L) + " s from now at most";
            case MOVING -> left + ", which are going to other edges now";
            case DRAINED ->
                drain.sessions() == 0
                        ? "nothing is left"
                        : drain.sessions() + " sessions are left, whose devices nobody reaches";
        };
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }
}
