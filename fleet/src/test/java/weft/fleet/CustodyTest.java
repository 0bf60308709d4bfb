package weft.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static weft.fleet.TestSessions.key;
import static weft.fleet.TestSessions.record;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Edges that tell each other of sessions over a network that may lose messages, in virtual time. */
class CustodyTest {
    private static final List<String> ROSTER =
            IntStream.rangeClosed(1, 5).mapToObj(i -> "a" + i).toList();
    private static final long STEP = Liveness.INTERVAL;
    private static final int LINGERED = (int) (Custody.LINGER / STEP) + 10;
    private static final int SETTLED = (int) (Orphans.SETTLE / STEP);

    private final CityTable table =
            new TableBuilder().build(ROSTER.stream().map(Member::of).toList());
    private final Map<String, Edge> edges = new HashMap<>();
    private final Set<String> dead = new HashSet<>();
    private final Random random = new Random(1);
    private int lossPercent;
    private long now = 1_000_000_000L;

    /** Sessions are names of devices; a take-over succeeds at once, or so it seems. */
    private final class Edge {
        final String name;
        final Holders holders = new Holders();
        final Custody custody;
        final Set<StaticKey> sessions = new HashSet<>();
        final List<SessionRecord> takenOver = new ArrayList<>();

        Edge(String name) {
            this.name = name;
            custody = new Custody(CityView.number(name), holders, new Holders(), this::act);
        }

        CityView view() {
            boolean[] alive = new boolean[ROSTER.size()];
            for (int i = 0; i < alive.length; i++) {
                alive[i] = !dead.contains(ROSTER.get(i));
            }
            return new CityView(ROSTER, name, alive, table, List.of());
        }

        void establish(int client, boolean handshake) {
            StaticKey key = key(client);
            sessions.add(key);
            Version version = custody.next(key, handshake, now);
            custody.holds(record(client, CityView.number(name), version), view(), now);
        }

        private void act(Custody.Act act) {
            switch (act) {
                case Custody.Act.Tell(int to, MeshMessage message) -> {
                    String there = ROSTER.get(to);
                    if (!dead.contains(there) && random.nextInt(100) >= lossPercent) {
                        MeshMessage arrived =
                                MeshMessage.decode(message.encode()).orElseThrow();
                        edge(there)
                                .custody
                                .hear(
                                        arrived,
                                        CityView.number(name),
                                        edge(there).view(),
                                        now);
                    }
                }
                case Custody.Act.TakeOver(SessionRecord record) -> {
                    takenOver.add(record);
                    establish(record.device().clientId(), true);
                }
                case Custody.Act.LetGo(StaticKey device) -> sessions.remove(device);
            }
        }
    }

    CustodyTest() {
        ROSTER.forEach(name -> edges.put(name, new Edge(name)));
    }

    private Edge edge(String name) {
        Edge edge = edges.get(name);
        if (edge == null) {
            throw new IllegalArgumentException(name);
        }
        return edge;
    }

    private void pass(int steps) {
        for (int i = 0; i < steps; i++) {
            now += STEP;
            for (String name : ROSTER) {
                if (!dead.contains(name)) {
                    edge(name).custody.tick(edge(name).view(), true, now);
                }
            }
        }
    }

    private void kill(String name) {
        dead.add(name);
        for (String other : ROSTER) {
            if (!dead.contains(other)) {
                edge(other).custody.viewChanged(edge(other).view());
                edge(other).custody.died(CityView.number(name), now);
            }
        }
    }

    private String owner(int client, int rank) {
        return table.members().get(table.owner(CityTable.bucket(client), rank)).name();
    }

    private List<String> holdersOf(int client) {
        return ROSTER.stream()
                .filter(name -> !dead.contains(name) && edge(name).sessions.contains(key(client)))
                .toList();
    }

    @Test
    void theSecondOwnerKeepsTheRecordAndTakesOverAtOnceWhenTheFirstDies() {
        for (int client = 1; client <= 100; client++) {
            edge(owner(client, 0)).establish(client, true);
        }
        kill("a1");
        pass(SETTLED);
        for (int client = 1; client <= 100; client++) {
            String expected = owner(client, owner(client, 0).equals("a1") ? 1 : 0);
            assertThat(holdersOf(client)).as("client %d", client).containsExactly(expected);
        }
    }

    @Test
    void aSessionOutlivesOneDeathAfterTheOtherIfThereIsTimeToCopyItsRecord() {
        edge(owner(7, 0)).establish(7, true);
        for (int rank = 0; rank < 2; rank++) {
            kill(owner(7, rank));
            pass(SETTLED);
            assertThat(holdersOf(7)).containsExactly(owner(7, rank + 1));
        }
    }

    @Test
    void copiesAreSentUntilTheyAreAcknowledged() {
        lossPercent = 60;
        for (int client = 1; client <= 50; client++) {
            edge(owner(client, 0)).establish(client, true);
        }
        pass(200);
        lossPercent = 0;
        kill("a2");
        pass(SETTLED);
        for (int client = 1; client <= 50; client++) {
            assertThat(holdersOf(client)).hasSize(1);
        }
    }

    @Test
    void ofTwoEdgesThatBothBelieveToHaveASessionTheEarlierLetsGo() {
        String first = owner(9, 0);
        String second = owner(9, 1);
        edge(first).establish(9, true);
        now += STEP;
        edge(second).establish(9, true);
        pass(LINGERED);
        assertThat(holdersOf(9)).containsExactly(second);
        assertThat(edge(first).holders.get(9)).isEqualTo(CityView.number(second));
    }

    /** Both it and its heir's heir send their record to us, who keep the later one; they send nothing to each other. */
    @Test
    void aHolderThatWasCutOffHearsFromTheKeeperThatAnotherHasItsSession() {
        List<Custody.Act> acts = new ArrayList<>();
        Custody keeper = new Custody(CityView.number(owner(1, 0)), new Holders(), new Holders(), acts::add);
        CityView view = edge(owner(1, 0)).view();
        int cutOff = CityView.number(owner(1, 1));
        int holder = CityView.number(owner(1, 2));
        Version old = Version.first(now);
        Version later = old.handshake(now + STEP);
        keeper.hear(new MeshMessage.RecordCopy(record(1, holder, later)), holder, view, now);
        keeper.hear(new MeshMessage.RecordCopy(record(1, cutOff, old)), cutOff, view, now);
        assertThat(acts)
                .contains(new Custody.Act.Tell(view.place(cutOff), new MeshMessage.Taken(key(1), holder, later)));
    }

    /** The holder of the later record is dead, and its session not taken over yet: somebody has to serve the device meanwhile. */
    @Test
    void aHolderThatComesBackDoesNotLetGoInFavourOfADeadOne() {
        List<Custody.Act> acts = new ArrayList<>();
        int self = CityView.number(owner(1, 0));
        Custody keeper = new Custody(self, new Holders(), new Holders(), acts::add);
        int back = CityView.number(owner(1, 1));
        int holder = CityView.number(owner(1, 2));
        Version old = Version.first(now);
        Version later = old.handshake(now + STEP);
        keeper.hear(
                new MeshMessage.RecordCopy(record(1, holder, later)),
                holder,
                edge(owner(1, 0)).view(),
                now);
        dead.add(owner(1, 2));
        CityView view = edge(owner(1, 0)).view();
        keeper.died(holder, now);
        acts.clear();
        keeper.hear(new MeshMessage.RecordCopy(record(1, back, old)), back, view, now);
        assertThat(acts).as("it asks again until somebody has the session").isEmpty();
        keeper.tick(view, true, now + Orphans.SETTLE);
        assertThat(acts).hasOnlyElementsOfType(Custody.Act.TakeOver.class).hasSize(1);
        Version ours = later.handshake(now + 2 * STEP);
        keeper.holds(record(1, self, ours), view, now);
        acts.clear();
        keeper.hear(new MeshMessage.RecordCopy(record(1, back, old)), back, view, now);
        assertThat(acts)
                .containsExactly(new Custody.Act.Tell(view.place(back), new MeshMessage.Taken(key(1), self, ours)));
    }

    @Test
    void aSessionThatIsHandedBackWhileWeStillSealItsLastPacketsIsNotLetGo() {
        List<Custody.Act> acts = new ArrayList<>();
        String name = owner(1, 0);
        String other = owner(1, 1);
        int there = CityView.number(other);
        Custody custody = new Custody(CityView.number(name), new Holders(), new Holders(), acts::add);
        CityView view = edge(name).view();
        Version first = Version.first(now);
        custody.holds(record(1, CityView.number(name), first), view, now);
        custody.hear(new MeshMessage.Taken(key(1), there, first.handshake(now)), there, view, now);
        assertThat(custody.has(key(1))).isFalse();
        Version second = first.handshake(now).handshake(now);
        custody.hear(new MeshMessage.HandOver(record(1, there, second)), there, view, now);
        custody.tick(view, true, now + 2 * Custody.LINGER);
        assertThat(acts).hasAtLeastOneElementOfType(Custody.Act.TakeOver.class);
        assertThat(acts).doesNotHaveAnyElementsOfTypes(Custody.Act.LetGo.class);
    }

    @Test
    void whoComesBackFromTheDeadDoesNotTakeASessionBackByItsOldRecord() {
        String first = owner(9, 0);
        String second = owner(9, 1);
        edge(first).establish(9, true);
        kill(first);
        pass(5);
        assertThat(holdersOf(9)).containsExactly(second);
        dead.remove(first);
        for (String name : ROSTER) {
            edge(name).custody.viewChanged(edge(name).view());
        }
        pass(LINGERED);
        assertThat(holdersOf(9)).containsExactly(second);
    }

    @Test
    void aSessionThatHasEndedIsForgottenByWhoKeptItsRecord() {
        String first = owner(9, 0);
        Edge keeper = edge(owner(9, 1));
        edge(first).establish(9, true);
        assertThat(keeper.custody.kept()).isEqualTo(1);
        assertThat(keeper.holders.get(9)).isEqualTo(CityView.number(first));
        edge(first).custody.ended(key(9), edge(first).view());
        assertThat(keeper.custody.kept()).isZero();
        assertThat(keeper.holders.get(9)).isEqualTo(Holders.NOBODY);
        kill(first);
        pass(SETTLED + 2);
        assertThat(keeper.takenOver).isEmpty();
    }

    @Test
    void anEdgeThatIsCutOffWaitsBeforeItTakesAnythingOver() {
        Edge keeper = edge(owner(9, 1));
        edge(owner(9, 0)).establish(9, true);
        dead.add(owner(9, 0));
        keeper.custody.died(CityView.number(owner(9, 0)), now);
        now += Orphans.SETTLE;
        keeper.custody.tick(keeper.view(), false, now += STEP);
        assertThat(keeper.takenOver).isEmpty();
        keeper.custody.tick(keeper.view(), true, now += STEP);
        assertThat(keeper.takenOver).hasSize(1);
    }

    @Test
    void thousandsOfSessionsAreTakenOverInBoundedPieces() {
        int devices = 2_000;
        for (int client = 1; client <= devices; client++) {
            edge(owner(client, 0)).establish(client, true);
        }
        int dying = edge("a3").sessions.size();
        kill("a3");
        pass(SETTLED - 1);
        assertThat(edges.values()).as("too early").allMatch(edge -> edge.takenOver.isEmpty());
        pass(1);
        int taken =
                edges.values().stream().mapToInt(edge -> edge.takenOver.size()).sum();
        assertThat(taken).isLessThanOrEqualTo(4 * Custody.A_TICK).isPositive();
        pass(dying / Custody.A_TICK + 2);
        for (int client = 1; client <= devices; client++) {
            assertThat(holdersOf(client)).hasSize(1);
        }
    }

    @Test
    void whoHoldsASessionKnowsWhereTheDeviceIsAndItsKeeperDoesNotClaimTo() {
        Edge holder = edge("a1");
        holder.establish(1, true);
        SessionRecord.Endpoint at = record(1, 0, Version.first(1)).endpoint();
        assertThat(edges.values().stream().filter(edge -> edge.custody.isWith(at.high(), at.low(), at.port())))
                .containsExactly(holder);
        assertThat(holder.custody.isWith(at.high(), at.low(), at.port() + 1)).isFalse();
        assertThat(holder.custody.isWith(at.high(), at.low() + 1, at.port())).isFalse();
        assertThat(holder.custody.isWith(1, at.low(), at.port())).isFalse();
        holder.custody.ended(key(1), holder.view());
        assertThat(holder.custody.isWith(at.high(), at.low(), at.port())).isFalse();
    }
}
