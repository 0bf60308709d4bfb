package weft.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NeighboursTest {
    private static final long BEAT = Liveness.INTERVAL;
    private static final List<Member> FOUR =
            IntStream.rangeClosed(1, 4).mapToObj(i -> Member.of("a" + i)).toList();

    private final Neighbours neighbours = new Neighbours("a1");
    private final int[] hops = new int[CityView.MOST_HOPS];
    private long now = 1_000_000_000L;

    private void beat(String... names) {
        now += BEAT;
        for (String name : names) {
            neighbours.heard(CityView.number(name), false, 0, 0, now);
        }
        neighbours.lost(now);
    }

    private void fourLive() {
        neighbours.members(FOUR);
        beat("a2", "a3", "a4");
    }

    private List<String> hops(int clientId) {
        CityView view = neighbours.view();
        int count = view.hops(clientId, hops);
        return IntStream.range(0, count)
                .mapToObj(i -> neighbours.roster().get(hops[i]))
                .toList();
    }

    private int clientOf(String owner) {
        int id = 1;
        while (!neighbours.roster().get(neighbours.view().owner(id)).equals(owner)) {
            id++;
        }
        return id;
    }

    @Test
    void anEdgeThatHearsNobodyAsksOnlyItself() {
        assertThat(hops(7)).containsExactly("a1");
        neighbours.members(FOUR);
        assertThat(hops(clientOf("a3"))).containsExactly("a1");
    }

    @Test
    void theLivingOwnersAreAskedInTheTablesOrder() {
        fourLive();
        List<String> asked = hops(clientOf("a3"));
        assertThat(asked).hasSize(3).startsWith("a3").doesNotHaveDuplicates();
    }

    @Test
    void threeMissedHeartbeatsAreADeathAndTheNextOwnerStandsInFront() {
        fourLive();
        int client = clientOf("a3");
        List<String> before = hops(client);
        for (int i = 0; i < Liveness.MISSES; i++) {
            beat("a2", "a4");
            assertThat(hops(client)).as("after %d misses", i).isEqualTo(before);
        }
        beat("a2", "a4");
        assertThat(hops(client)).isEqualTo(before.subList(1, 3));
    }

    @Test
    void whoDiedHasToBeHeardForHalfASecondBeforeItIsBack() {
        fourLive();
        int client = clientOf("a3");
        for (int i = 0; i <= Liveness.MISSES; i++) {
            beat("a2", "a4");
        }
        for (int i = 1; i < Liveness.RECOVERY; i++) {
            beat("a2", "a3", "a4");
            assertThat(hops(client)).doesNotContain("a3");
        }
        beat("a2", "a3", "a4");
        assertThat(hops(client)).startsWith("a3");
    }

    @Test
    void whoFlapsIsNotBack() {
        fourLive();
        int client = clientOf("a3");
        for (int round = 0; round < 20; round++) {
            for (int i = 0; i <= Liveness.MISSES; i++) {
                beat("a2", "a4");
            }
            for (int i = 1; i < Liveness.RECOVERY; i++) {
                beat("a2", "a3", "a4");
            }
            assertThat(hops(client)).doesNotContain("a3");
        }
    }

    @Test
    void aDrainingEdgeOwnsNothingNewButIsAskedForWhatItHeld() {
        fourLive();
        int client = clientOf("a3");
        neighbours.heard(CityView.number("a3"), true, 0, 0, now);
        List<String> asked = hops(client);
        assertThat(asked).contains("a3").doesNotHaveDuplicates();
        assertThat(asked.getFirst()).isNotEqualTo("a3");
        neighbours.heard(CityView.number("a3"), false, 0, 0, now);
        assertThat(hops(client)).startsWith("a3");
    }

    @Test
    void theFormerOwnersOfTheLastTablesAreAskedAfterTheOwners() {
        fourLive();
        int client = clientOf("a3");
        List<Member> more = new ArrayList<>(FOUR);
        for (int i = 5; hops(client).getFirst().equals("a3"); i++) {
            more.add(Member.of("a" + i));
            neighbours.members(more);
            beat(more.stream().map(Member::name).toArray(String[]::new));
        }
        assertThat(hops(client)).contains("a3");
        assertThat(hops(client).getFirst()).isNotEqualTo("a3");
    }

    @Test
    void allOthersLostAtOnceMeansThatWeAreCutOff() {
        fourLive();
        assertThat(neighbours.mayTakeOver()).isTrue();
        for (int i = 0; i <= Liveness.MISSES; i++) {
            beat("a4");
        }
        assertThat(neighbours.mayTakeOver()).as("one still answers").isTrue();
        for (int i = 0; i <= Liveness.MISSES; i++) {
            beat();
        }
        assertThat(neighbours.mayTakeOver())
                .as("the last of three within a second")
                .isFalse();
    }

    @Test
    void ofTwoEdgesTheSurvivorTakesOver() {
        neighbours.members(FOUR.subList(0, 2));
        beat("a2");
        for (int i = 0; i <= Liveness.MISSES; i++) {
            beat();
        }
        assertThat(neighbours.mayTakeOver()).isTrue();
    }

    @Test
    void anEdgeWhoseClockIsOffTheCitysMedianDoesNotBeginHandshakes() {
        neighbours.members(FOUR);
        now += BEAT;
        for (String name : List.of("a2", "a3", "a4")) {
            neighbours.heard(CityView.number(name), false, 8_000, 0, now);
        }
        assertThat(neighbours.clockSkewMillis()).isEqualTo(-8_000);
        assertThat(neighbours.mayTakeOver()).isFalse();
        for (String name : List.of("a2", "a3", "a4")) {
            neighbours.heard(CityView.number(name), false, name.equals("a2") ? 8_000 : 90, 0, now);
        }
        assertThat(neighbours.mayTakeOver()).as("one of the others is off").isTrue();
    }

    @Test
    void whereEverybodyDrainsEverybodyOwns() {
        fourLive();
        for (String name : List.of("a2", "a3", "a4")) {
            neighbours.heard(CityView.number(name), true, 0, 0, now);
        }
        neighbours.drain(true);
        assertThat(hops(1)).hasSize(3);
    }

    @Test
    void twoNamesOfOneNumberAreRefused() {
        List<Member> list = new ArrayList<>();
        java.util.Set<Integer> numbers = new java.util.HashSet<>();
        String twin = "";
        for (int i = 0; twin.isEmpty(); i++) {
            list.add(Member.of("m" + i));
            twin = numbers.add(CityView.number("m" + i)) ? "" : "m" + i;
        }
        String found = twin;
        List<Member> colliding = list.stream()
                .filter(member -> CityView.number(member.name()) == CityView.number(found))
                .toList();
        assertThat(colliding).hasSize(2);
        assertThatThrownBy(() -> neighbours.members(colliding)).hasMessageContaining("have the same number");
    }
}
