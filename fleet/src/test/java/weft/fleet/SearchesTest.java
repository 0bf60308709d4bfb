package weft.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SearchesTest {
    private static final List<String> ROSTER = List.of("a1", "a2", "a3", "a4");
    private static final long SECOND = 1_000_000_000L;
    private static final long SETTLED = 100 * SECOND;
    private static final int CLIENTS = 4000;

    private final CityTable table =
            new TableBuilder().build(ROSTER.stream().map(Member::of).toList());
    private final CityView view = view();
    private final Holders holders = new Holders();
    private final Searches searches = new Searches();

    private CityView view() {
        return new CityView(ROSTER, "a1", new boolean[] {true, true, true, true}, table, List.of());
    }

    private int[] clients(boolean ours) {
        return IntStream.range(1, CLIENTS)
                .filter(client -> (view.owner(client) == view.self()) == ours)
                .toArray();
    }

    private long granted(int[] clients, CityView by, long now) {
        return IntStream.of(clients)
                .filter(client -> searches.may(by, holders, client, now))
                .count();
    }

    @Test
    void inACityAtRestTheFirstOwnerSearchesForFewOfThoseWhomItDoesNotKnow() {
        granted(new int[] {1}, view, 0);
        int[] ours = clients(true);
        assertThat(ours.length).isGreaterThan(2 * Searches.TOTAL);
        assertThat(granted(ours, view, SETTLED)).isEqualTo(Searches.TOTAL);
        assertThat(granted(ours, view, SETTLED)).isZero();
        assertThat(granted(ours, view, SETTLED + SECOND / 2)).isEqualTo(Searches.TOTAL / 2);
    }

    @Test
    void whoIsKnownToBeWithSomebodyIsAlwaysPassedOn() {
        granted(new int[] {1}, view, 0);
        int[] ours = clients(true);
        IntStream.of(ours).forEach(client -> holders.put(client, CityView.number("a3")));
        assertThat(granted(ours, view, SETTLED)).isEqualTo(ours.length);
    }

    @Test
    void whoIsNotTheFirstOwnerAlwaysAsksTheOneWhoIs() {
        granted(new int[] {1}, view, 0);
        int[] others = clients(false);
        assertThat(granted(others, view, SETTLED)).isEqualTo(others.length);
    }

    @Test
    void whileTheCityChangesEverybodyIsSearchedFor() {
        int[] ours = clients(true);
        assertThat(granted(ours, view, SETTLED)).isEqualTo(ours.length);
        assertThat(granted(ours, view, SETTLED + Searches.UNSETTLED)).isEqualTo(Searches.TOTAL);
        assertThat(granted(ours, view(), SETTLED + Searches.UNSETTLED + 1)).isEqualTo(ours.length);
    }
}
