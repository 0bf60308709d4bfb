package weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import weft.fleet.CityTable;
import weft.fleet.Member;
import weft.fleet.TableBuilder;
import weft.lab.Fleet;
import weft.lab.Host;
import weft.lab.LabException;
import weft.lab.Pings;
import weft.lab.Topology;
import weft.lab.World;

/** Edges that lose their process or their cable while they have the phone's session, when much else is wrong as well. */
final class Kills {
    private static final List<String> EDGES = List.of("a1", "a2", "a3", "a4");
    private static final String WEB = "198.51.100.4";

    /** How far clocks were apart. A device refuses a handshake that is stamped earlier than the last it has heard. */
    private static final Duration SKEW = Duration.ofSeconds(8);

    /** How long an edge that serves again needs to be known as alive, and to get the records that it shall keep. */
    private static final Duration SETTLE = Duration.ofMillis(1_200);

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final World world;
    private final Fleet fleet;
    private final String kind;
    private final int clientId;
    private final Supplier<String> holder;
    private final IntSupplier initiations;

    /**
     * @param fleet by etcd, with clocks that can be set
     * @param holder the edge that has the phone's session
     * @param initiations that have passed the Internet so far
     */
    Kills(World world, Fleet fleet, String kind, int clientId, Supplier<String> holder, IntSupplier initiations) {
        this.world = world;
        this.fleet = fleet;
        this.kind = kind;
        this.clientId = clientId;
        this.holder = holder;
        this.initiations = initiations;
    }

    private Host phone() {
        return world.host(Topology.PHONE);
    }

    /**
     * Without registry and etcd, two edges after each other. When the first is gone all clocks of the city are 8 s ahead, and
     * with them the stamp that the device hears from the heir. They are right again when the heir is gone too: what its own
     * heir stamps must be later nevertheless.
     */
    void inPairs(int pairs, Fate fate) throws InterruptedException {
        List<Duration> gaps = new ArrayList<>();
        fleet.etcd().stop();
        fleet.registry().kill();
        for (int i = 0; i < pairs; i++) {
            List<String> gone = new ArrayList<>();
            for (Duration ahead : List.of(SKEW, Duration.ZERO)) {
                EDGES.forEach(edge -> fleet.skew(edge, ahead));
                String victim = holder.get();
                gaps.add(gap(List.of(victim), fate));
                assertThat(holder.get()).isNotEqualTo(victim);
                gone.add(victim);
            }
            fate.undo(world, fleet, gone);
            Thread.sleep(SETTLE);
        }
        fleet.etcd().start();
        fleet.startRegistry();
        Gaps.print(kind + ": owner " + fate + ", without registry and etcd, clocks apart before", gaps);
        assertThat(Gaps.percentile(gaps, 95)).isLessThan(Duration.ofSeconds(1));
    }

    /** The one that has the session and the one that would take it over: the device itself has to find out. */
    void ownersAndSeconds(int times) throws InterruptedException {
        List<Duration> gaps = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            String first = holder.get();
            List<String> both = List.of(first, keeper(first));
            gaps.add(gap(both, Fate.KILLED));
            Fate.KILLED.undo(world, fleet, both);
            Thread.sleep(SETTLE);
        }
        Gaps.print(kind + ": owner and second killed together", gaps);
    }

    /** Nobody else has the session's record. Once its clock is right, it does what it could not do before. */
    void theKeepersClockIsOff() throws InterruptedException {
        String victim = holder.get();
        String keeper = keeper(victim);
        fleet.skew(keeper, SKEW);
        Thread.sleep(200);
        JsonNode status = new JsonMapper().readTree(fleet.status(keeper));
        assertThat(status.required("clock_skew_millis").asLong())
                .isBetween(SKEW.toMillis() - 100, SKEW.toMillis() + 100);
        assertThat(status.required("takes_over").asBoolean()).isFalse();

        int before = initiations.getAsInt();
        Fate.KILLED.befall(world, fleet, victim);
        Thread.sleep(1_000);
        assertThat(initiations.getAsInt())
                .as("handshakes that an edge has begun whose clock is 8 s off")
                .isEqualTo(before);
        fleet.skew(keeper, Duration.ZERO);
        Thread.sleep(300);
        assertThat(initiations.getAsInt()).as("handshakes once it is right").isGreaterThan(before);
        assertThat(holder.get()).isEqualTo(keeper);
        Fate.KILLED.undo(world, fleet, List.of(victim));
        Thread.sleep(SETTLE);
    }

    /** Who keeps the record of a session that this edge has, by the table that all edges of the city have. */
    private String keeper(String of) {
        CityTable table =
                new TableBuilder().build(EDGES.stream().map(Member::of).toList());
        int bucket = CityTable.bucket(clientId);
        for (int rank = 0; rank < table.owners(); rank++) {
            String owner = table.members().get(table.owner(bucket, rank)).name();
            if (!owner.equals(of)) {
                return owner;
            }
        }
        throw new AssertionError("no second owner");
    }

    /** The longest time without an answer through the tunnel, until it carries packets again. */
    private Duration gap(List<String> victims, Fate fate) throws InterruptedException {
        try (Pings pings = Pings.begin(phone(), WEB, "0.05")) {
            Thread.sleep(500);
            victims.forEach(victim -> fate.befall(world, fleet, victim));
            Thread.sleep(1_300);
            long began = System.nanoTime();
            while (!isBack()) {
                assertThat(System.nanoTime() - began)
                        .as("waited for the tunnel")
                        .isLessThan(PATIENCE.toNanos());
            }
            Thread.sleep(200);
            return pings.longestGap();
        }
    }

    private boolean isBack() {
        try {
            return EDGES.contains(holder.get());
        } catch (LabException notYet) {
            return false;
        }
    }
}
