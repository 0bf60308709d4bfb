package weft.e2e;

import java.time.Duration;
import java.util.List;

/** Figures of times in which a tunnel was silent. */
final class Gaps {
    private Gaps() {}

    static void print(String what, List<Duration> gaps) {
        System.out.printf(
                "%s: %d times, gap p50 %d ms, p95 %d ms%n",
                what,
                gaps.size(),
                percentile(gaps, 50).toMillis(),
                percentile(gaps, 95).toMillis());
    }

    /** The least that so many percent do not exceed. */
    static Duration percentile(List<Duration> gaps, int percent) {
        return gaps.stream().sorted().toList().get((gaps.size() * percent + 99) / 100 - 1);
    }
}
