package weft.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static weft.fleet.TestSessions.key;
import static weft.fleet.TestSessions.record;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** One edge of four gives its sessions away, in virtual time; the others are played by the test. */
class HandOversTest {
    private static final List<String> ROSTER =
            IntStream.rangeClosed(1, 4).mapToObj(i -> "a" + i).toList();
    private static final String SELF = "a1";
    private static final long STEP = Liveness.INTERVAL;
    private static final long SECOND = 1_000_000_000L;
    private static final long HOUR = 3600 * SECOND;

    private final TableBuilder builder = new TableBuilder();
    private final Holders holders = new Holders();
    private final List<MeshMessage.HandOver> told = new ArrayList<>();
    private final List<Integer> heirs = new ArrayList<>();
    private final Set<StaticKey> released = new HashSet<>();
    private final Map<StaticKey, HandOvers.Use> uses = new HashMap<>();
    private final Custody custody = new Custody(CityView.number(SELF), holders, new Holders(), this::act);
    private final HandOvers handOvers = new HandOvers(custody);
    private boolean[] alive = {true, true, true, true};
    private List<String> owners = ROSTER;
    private IntPredicate takes = place -> true;
    private boolean devicesAnswer = true;
    private long now = 10 * HOUR;

    private void act(Custody.Act act) {
        switch (act) {
            case Custody.Act.Tell(int to, MeshMessage message) -> {
                if (message instanceof MeshMessage.HandOver handOver) {
                    told.add(handOver);
                    heirs.add(to);
                }
            }
            case Custody.Act.TakeOver takeOver -> throw new AssertionError("nobody gave us anything");
            case Custody.Act.LetGo(StaticKey device) -> released.add(device);
        }
    }

    private CityView view() {
        CityTable table = builder.build(owners.stream().map(Member::of).toList());
        return new CityView(ROSTER, SELF, alive, table, List.of());
    }

    private void establish(int client) {
        custody.holds(record(client, CityView.number(SELF), Version.first(now)), view(), now);
    }

    /** Whoever drains is in no table. */
    private void drain(long until) {
        owners = ROSTER.subList(1, ROSTER.size());
        handOvers.drain(until);
    }

    private void used(int client, long ago, boolean openFlow) {
        uses.put(key(client), new HandOvers.Use(now - ago, openFlow));
        handOvers.used(uses);
    }

    private void pass(long nanos) {
        CityView view = view();
        long until = now + nanos;
        long looked = now;
        while (now < until) {
            now += STEP;
            if (now - looked >= SECOND) {
                looked = now;
                handOvers.look(view, now);
            }
            int before = told.size();
            handOvers.tick(view, takes, now);
            custody.tick(view, true, now);
            if (devicesAnswer) {
                for (int i = before; i < told.size(); i++) {
                    taken(told.get(i), heirs.get(i), view);
                }
            }
        }
    }

    private void taken(MeshMessage.HandOver handOver, int heir, CityView view) {
        StaticKey device = handOver.record().device().key();
        Version version = handOver.record().version().handshake(now);
        custody.hear(new MeshMessage.Taken(device, view.number(heir), version), view.number(heir), view, now);
    }

    @Test
    void aSessionInUseStaysUntilTheDeadlineAndAnIdleOneGoesBefore() {
        IntStream.rangeClosed(1, 3).forEach(this::establish);
        drain(now + HOUR);
        used(1, HandOvers.IDLE, false);
        used(2, HandOvers.IDLE, true);
        used(3, HandOvers.IDLE / 2, false);
        pass(2 * SECOND);
        assertThat(told)
                .extracting(handOver -> handOver.record().device().clientId())
                .containsExactly(1);
        pass(HandOvers.IDLE / 2);
        assertThat(custody.has(key(3))).as("idle by now").isFalse();
        assertThat(custody.has(key(2))).as("has an open flow").isTrue();
        assertThat(handOvers.state(now)).isEqualTo(HandOvers.State.KEEPING);
        pass(HOUR - HandOvers.IDLE / 2);
        assertThat(custody.held()).isZero();
        assertThat(handOvers.state(now)).isEqualTo(HandOvers.State.DRAINED);
    }

    /** Where the kernel does not say what flows there are. */
    @Test
    void aSessionOfWhichNothingIsKnownCountsAsInUse() {
        establish(1);
        drain(now + HOUR);
        pass(HOUR - 2 * SECOND);
        assertThat(told).isEmpty();
    }

    @Test
    void weSealForASecondMoreAndTheHandshakesAreTheHeirsFromTheBeginning() {
        establish(1);
        drain(now);
        devicesAnswer = false;
        pass(SECOND);
        assertThat(holders.get(1)).isEqualTo(CityView.number(ROSTER.get(heirs.getFirst())));
        assertThat(custody.has(key(1))).as("until the heir says it has").isTrue();
        taken(told.getFirst(), heirs.getFirst(), view());
        pass(Custody.LINGER - STEP);
        assertThat(released).isEmpty();
        assertThat(handOvers.state(now)).isEqualTo(HandOvers.State.MOVING);
        pass(STEP);
        assertThat(released).containsExactly(key(1));
        assertThat(handOvers.state(now)).isEqualTo(HandOvers.State.DRAINED);
    }

    @Test
    void handOversAreBegunAtABoundedRate() {
        int sessions = 1_000;
        IntStream.rangeClosed(1, sessions).forEach(this::establish);
        drain(now);
        pass(SECOND);
        assertThat(told).hasSize(HandOvers.A_TICK);
        pass(SECOND);
        assertThat(told).hasSize(HandOvers.A_TICK * (int) (SECOND / STEP + 1));
        pass(sessions / HandOvers.A_TICK * STEP);
        assertThat(custody.held()).isZero();
        assertThat(told).hasSize(sessions);
    }

    @Test
    void anHeirThatDoesNotSucceedIsAskedAgainThenAnotherIsAndThenTheEdgeIsDrainedAllTheSame() {
        establish(1);
        drain(now);
        devicesAnswer = false;
        pass(SECOND + (HandOvers.TRIES - 1) * HandOvers.RETRY);
        assertThat(heirs).hasSize(HandOvers.TRIES);
        assertThat(heirs.get(1)).isEqualTo(heirs.get(0));
        assertThat(heirs.get(2)).isNotEqualTo(heirs.get(0));
        assertThat(Set.copyOf(heirs)).hasSize(3).doesNotContain(0);
        assertThat(handOvers.state(now)).isEqualTo(HandOvers.State.MOVING);
        pass(HandOvers.STUCK);
        assertThat(heirs).as("there is a pause").hasSize(HandOvers.TRIES);
        assertThat(handOvers.state(now)).isEqualTo(HandOvers.State.DRAINED);
        assertThat(custody.held()).isEqualTo(1);
    }

    @Test
    void whoDrainsAsWellOrIsDeadIsNoHeir() {
        IntStream.rangeClosed(1, 50).forEach(this::establish);
        alive = new boolean[] {true, true, false, true};
        takes = place -> place != 1;
        drain(now);
        pass(10 * SECOND);
        assertThat(Set.copyOf(heirs)).containsExactly(3);
        assertThat(custody.held()).isZero();
    }

    @Test
    void whoServesAgainKeepsWhatHasNotLeft() {
        IntStream.rangeClosed(1, 2).forEach(this::establish);
        drain(now);
        devicesAnswer = false;
        pass(SECOND);
        taken(told.getFirst(), heirs.getFirst(), view());
        handOvers.serve();
        pass(HOUR);
        assertThat(told).hasSize(2);
        assertThat(custody.held()).isEqualTo(1);
        int left = custody.has(key(1)) ? 1 : 2;
        assertThat(holders.get(left)).isEqualTo(CityView.number(SELF));
        assertThat(handOvers.state(now)).isEqualTo(HandOvers.State.SERVING);
    }

    @Test
    void anEdgeThatDoesNotDrainGivesAwayTheIdleOnesWhoseBucketHasAnotherOwner() {
        owners = List.of(SELF);
        IntStream.rangeClosed(1, 100).forEach(client -> {
            establish(client);
            used(client, client % 2 == 0 ? HandOvers.IDLE : 0, false);
        });
        pass(10 * SECOND);
        assertThat(told).as("all buckets are ours").isEmpty();
        assertThat(handOvers.asksForUse()).isFalse();
        owners = ROSTER;
        CityView later = view();
        pass(10 * SECOND);
        assertThat(handOvers.asksForUse()).isTrue();
        for (int client = 1; client <= 100; client++) {
            boolean goes = client % 2 == 0 && later.owner(client) != later.self();
            assertThat(custody.has(key(client))).as("client %d", client).isEqualTo(!goes);
        }
    }

    /** It wakes before the heir has reached it: its new flows go through us. */
    @Test
    void anIdleSessionThatIsUsedAgainStaysAfterAll() {
        establish(1);
        drain(now + HOUR);
        used(1, HandOvers.IDLE, false);
        devicesAnswer = false;
        pass(SECOND);
        assertThat(told).hasSize(1);
        used(1, 0, true);
        pass(SECOND);
        assertThat(holders.get(1)).isEqualTo(CityView.number(SELF));
        pass(60 * SECOND);
        assertThat(told).hasSize(1);
    }

    @Test
    void aDeviceThatRoamsMeanwhileIsHandedOverFromItsNewPlaceAtOnce() {
        establish(1);
        drain(now);
        devicesAnswer = false;
        pass(SECOND);
        Version moved = custody.next(key(1), false, now);
        custody.holds(record(1, CityView.number(SELF), moved), view(), now);
        assertThat(told).hasSize(2);
        assertThat(told.getLast().record().version()).isEqualTo(moved);
        assertThat(holders.get(1)).isEqualTo(CityView.number(ROSTER.get(heirs.getLast())));
    }
}
