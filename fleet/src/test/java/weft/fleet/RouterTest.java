package weft.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A city of edges that pass a datagram on, each by its own view, until one has the session or takes it. */
class RouterTest {
    private static final int EDGES = 6;
    private static final List<String> ROSTER =
            IntStream.rangeClosed(1, EDGES).mapToObj(i -> "a" + i).toList();

    private final CityTable table =
            new TableBuilder().build(ROSTER.stream().map(Member::of).toList());
    private final Map<String, Holders> holders = new HashMap<>();
    private final Set<String> dead = new HashSet<>();
    private final List<String> asked = new ArrayList<>();

    RouterTest() {
        ROSTER.forEach(name -> holders.put(name, new Holders()));
    }

    private CityView view(String self) {
        boolean[] alive = new boolean[EDGES];
        for (int i = 0; i < EDGES; i++) {
            alive[i] = !dead.contains(ROSTER.get(i));
        }
        return new CityView(ROSTER, self, alive, table, List.of());
    }

    private Holders holders(String edge) {
        return holders.getOrDefault(edge, new Holders());
    }

    /** Who ends up with the datagram; the same one takes it again where it is lost on the way to a dead edge. */
    private String journey(int clientId, String ingress, String holder) {
        asked.clear();
        Forward forward = new Forward();
        Router router = new Router();
        String at = ingress;
        asked.add(at);
        if (at.equals(holder)) {
            return at;
        }
        Router.Way way = router.first(forward, view(at), holders(at), clientId);
        while (way == Router.Way.PASS) {
            at = ROSTER.get(router.to());
            assertThat(dead).doesNotContain(at);
            asked.add(at);
            assertThat(asked.size()).as("it goes round: %s", asked).isLessThan(20);
            if (at.equals(holder)) {
                return at;
            }
            way = router.next(forward, view(at), holders(at), clientId);
        }
        assertThat(way).isEqualTo(Router.Way.TAKE);
        return at;
    }

    private String owner(int clientId, int rank) {
        return table.members()
                .get(table.owner(CityTable.bucket(clientId), rank))
                .name();
    }

    @Test
    void theOwnersSessionIsFoundInOneHop() {
        for (int client = 1; client < 200; client++) {
            String owner = owner(client, 0);
            for (String ingress : ROSTER) {
                assertThat(journey(client, ingress, owner)).isEqualTo(owner);
                assertThat(asked).hasSizeLessThanOrEqualTo(2);
            }
        }
    }

    @Test
    void aNewClientIsTakenByItsOwnerWhateverEdgeItCameTo() {
        for (int client = 1; client < 200; client++) {
            for (String ingress : ROSTER) {
                assertThat(journey(client, ingress, "nobody")).isEqualTo(owner(client, 0));
            }
        }
    }

    @Test
    void aSessionWithTheSecondOrThirdOwnerIsFound() {
        for (int client = 1; client < 200; client++) {
            for (String ingress : ROSTER) {
                for (int rank = 1; rank < CityTable.OWNERS; rank++) {
                    assertThat(journey(client, ingress, owner(client, rank))).isEqualTo(owner(client, rank));
                }
            }
        }
    }

    @Test
    void whereTheOwnerIsDeadTheSecondTakesNewClients() {
        for (int client = 1; client < 200; client++) {
            dead.clear();
            dead.add(owner(client, 0));
            for (String ingress : ROSTER) {
                if (!dead.contains(ingress)) {
                    assertThat(journey(client, ingress, "nobody")).isEqualTo(owner(client, 1));
                }
            }
        }
    }

    @Test
    void aSessionFarFromItsOwnersIsFoundByWhoKeepsItsRecord() {
        for (int client = 1; client < 200; client++) {
            Set<String> owners = Set.of(owner(client, 0), owner(client, 1), owner(client, 2));
            String stranger = ROSTER.stream()
                    .filter(name -> !owners.contains(name))
                    .findFirst()
                    .orElseThrow();
            holders(owner(client, 0)).put(client, CityView.number(stranger));
            for (String ingress : ROSTER) {
                assertThat(journey(client, ingress, stranger)).isEqualTo(stranger);
                assertThat(asked).hasSizeLessThanOrEqualTo(3);
            }
        }
    }

    @Test
    void wrongIdeasOfWhoHasASessionEndInOneEdgeTakingIt() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 5_000; round++) {
            int client = 1 + random.nextInt(0xfffffe);
            dead.clear();
            for (int i = random.nextInt(EDGES - 1); i > 0; i--) {
                dead.add(ROSTER.get(random.nextInt(EDGES)));
            }
            for (String edge : ROSTER) {
                String believed = ROSTER.get(random.nextInt(EDGES));
                holders(edge).put(client, random.nextBoolean() ? Holders.NOBODY : CityView.number(believed));
            }
            List<String> living =
                    ROSTER.stream().filter(name -> !dead.contains(name)).toList();
            String ingress = living.get(random.nextInt(living.size()));
            String holder = random.nextBoolean() ? "nobody" : living.get(random.nextInt(living.size()));
            assertThat(journey(client, ingress, holder)).as("seed %d", seed).isIn(living);
        }
    }

    @Test
    void whatWasPassedOnTooOftenIsDropped() {
        Forward forward = new Forward();
        Router router = new Router();
        int client = 7;
        String owner = owner(client, 0);
        String other =
                ROSTER.stream().filter(name -> !name.equals(owner)).findFirst().orElseThrow();
        assertThat(router.first(forward, view(other), holders(other), client)).isEqualTo(Router.Way.PASS);
        forward.begin(0, 1).addHop(CityView.number(owner)).addHop(CityView.number(other));
        assertThat(router.next(forward, view(owner), holders(owner), client)).isEqualTo(Router.Way.DROP);
    }
}
