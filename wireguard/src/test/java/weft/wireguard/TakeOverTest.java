package weft.wireguard;

import static org.assertj.core.api.Assertions.assertThat;
import static weft.wireguard.World.MILLI;
import static weft.wireguard.World.SECOND;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An edge dies, another goes on by its record: with an initiation of its own, which a stock device answers. */
class TakeOverTest {
    private static final long DELAY = 20 * MILLI;
    private static final long DEATH = 30 * SECOND;
    private static final long TWENTY_MINUTES = 1200 * SECOND;

    private final World world = new World(1, new ToyCurve());
    private final Fleet fleet = new Fleet(world);
    private final Node device = fleet.device;
    private final Node dead = fleet.edges.get(0);
    private final Node second = fleet.edges.get(1);
    private final Node third = fleet.edges.get(2);

    TakeOverTest() {
        world.link.delay = DELAY;
        fleet.connect();
        world.runUntil(DEATH);
    }

    private void takeOver() {
        dead.kill();
        fleet.takeOver(dead, second);
    }

    private List<World.Seen> sent(Node by, int type) {
        return world.wire.stream()
                .filter(seen -> seen.from() == by && seen.type() == type)
                .toList();
    }

    private void assertAllGot(Node receiver, long count) {
        assertThat(LongStream.range(0, count).filter(packet -> !receiver.delivered.containsKey(packet)))
                .as("packets that were lost")
                .isEmpty();
    }

    /** Without it the device would never use the session that it has answered for. */
    @Test
    void theKeepaliveFollowsTheResponseAtOnceAndTheDeviceGoesOver() {
        takeOver();
        world.runUntil(DEATH + 3 * DELAY - 1);
        device.send(1);
        world.runUntil(DEATH + 3 * DELAY);
        device.send(2);
        world.runFor(SECOND);
        assertThat(sent(device, Spec.RESPONSE)).extracting(World.Seen::at).containsExactly(DEATH + DELAY);
        assertThat(sent(second, Spec.TRANSPORT).getFirst())
                .matches(seen -> seen.at() == DEATH + 2 * DELAY)
                .matches(seen -> seen.datagram().length == Spec.TRANSPORT_OVERHEAD);
        assertThat(second.delivered).containsOnlyKeys(2L);
        assertThat(sent(device, Spec.INITIATION)).as("beside its first").hasSize(1);
    }

    @Test
    void theFirstWaitingPacketTakesThePlaceOfTheKeepalive() {
        takeOver();
        second.send(1);
        world.runFor(SECOND);
        assertThat(sent(second, Spec.INITIATION)).hasSize(1);
        assertThat(device.delivered).containsEntry(1L, DEATH + 3 * DELAY);
    }

    @Test
    void howeverOftenItIsAskedForOnlyOneInitiationIsSentInFiveSeconds() {
        dead.kill();
        world.link.loss = 1;
        world.every(100 * MILLI, DEATH + 10 * SECOND, () -> fleet.takeOver(dead, second));
        world.runUntil(DEATH + 10 * SECOND - 1);
        assertThat(sent(second, Spec.INITIATION)).hasSize(2);
    }

    @Test
    void aDeviceThatOnlyReceivesLosesNothingAndNeverInitiatesAgain() {
        takeOver();
        int[] count = {0};
        world.every(50 * MILLI, DEATH + TWENTY_MINUTES, () -> second.send(count[0]++));
        world.runUntil(DEATH + TWENTY_MINUTES + SECOND);
        assertAllGot(device, count[0]);
        assertRekeyedByTheEdge();
    }

    @Test
    void aDeviceThatOnlySendsLosesNothingAndNeverInitiatesAgain() {
        takeOver();
        int[] count = {0};
        world.runFor(3 * DELAY);
        world.every(50 * MILLI, DEATH + TWENTY_MINUTES, () -> device.send(count[0]++));
        world.runUntil(DEATH + TWENTY_MINUTES + SECOND);
        assertAllGot(second, count[0]);
        assertRekeyedByTheEdge();
    }

    private void assertRekeyedByTheEdge() {
        assertThat(sent(device, Spec.INITIATION)).as("the one to the dead edge").hasSize(1);
        List<Long> initiations =
                sent(second, Spec.INITIATION).stream().map(World.Seen::at).toList();
        assertThat(initiations).hasSizeBetween(9, 11);
        for (int i = 1; i < initiations.size(); i++) {
            assertThat(initiations.get(i) - initiations.get(i - 1))
                    .isBetween(Spec.REKEY_AFTER_TIME, Spec.REJECT_AFTER_TIME - Spec.KEEPALIVE_TIMEOUT);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 7, 13, 40, 70, 100, 119, 150, 179, 181, 300})
    void rarePacketsOfEitherSideArriveToo(long seconds) {
        takeOver();
        int[] count = {0};
        world.runFor(3 * DELAY);
        world.every(seconds * SECOND, DEATH + 10 * seconds * SECOND, () -> {
            second.send(count[0]);
            device.send(count[0]++);
        });
        world.runFor(10 * seconds * SECOND + SECOND);
        assertAllGot(second, count[0]);
        assertAllGot(device, count[0]);
        device.delivered.clear();
        int both = count[0];
        world.every(seconds * SECOND, world.now() + 10 * seconds * SECOND, () -> device.send(count[0]++));
        world.runFor(10 * seconds * SECOND + SECOND);
        for (long packet = both; packet < count[0]; packet++) {
            assertThat(second.delivered).containsKey(packet);
        }
    }

    /** Whether the device's own initiation comes before or after the edge's, and to it or to an edge that knows nothing. */
    @ParameterizedTest
    @ValueSource(longs = {-60, -41, -40, -39, -21, -20, -19, -10, -1, 0, 1, 10, 19, 20, 21, 39, 40, 41, 59, 60, 61, 80})
    void crossedHandshakesEndWell(long millis) {
        for (Node initiated : List.of(second, third)) {
            crossed(millis * MILLI, initiated == third);
        }
    }

    private static void crossed(long offset, boolean throughAnother) {
        TakeOverTest fresh = new TakeOverTest();
        fresh.cross(offset, throughAnother);
    }

    private void cross(long offset, boolean throughAnother) {
        dead.kill();
        fleet.ingress = throughAnother ? third : second;
        long start = world.now() + SECOND;
        world.at(start, () -> {
            fleet.takeOver(dead, second);
            fleet.ingress = throughAnother ? third : second;
        });
        world.at(start + offset, () -> device.perform(device.handshakes.initiate(second.key(), world.now())));
        world.runUntil(start + 300 * MILLI);
        long[] count = {0};
        world.every(100 * MILLI, start + 300 * SECOND, () -> {
            second.send(count[0]);
            device.send(count[0]++);
        });
        world.runFor(301 * SECOND);
        assertAllGot(device, count[0]);
        assertThat(LongStream.range(0, count[0]).filter(packet -> !fleet.got(packet)))
                .as("packets that were lost")
                .isEmpty();
        assertThat(sent(device, Spec.INITIATION).size()
                        + sent(second, Spec.INITIATION).size())
                .as("initiations in five minutes")
                .isLessThanOrEqualTo(8);
    }

    @Test
    void anEdgeWhoseClockIsEightSecondsInThePastIsAnsweredForItsStampsGoOnAfterTheLast() {
        dead.perform(dead.handshakes.initiate(device.key(), world.now()));
        world.runFor(SECOND);
        second.skew = -8 * SECOND;
        takeOver();
        world.runFor(SECOND);
        assertThat(second.handshakes.established()).isEqualTo(1);
        Tai64n last = fleet.record(dead).sent();
        assertThat(fleet.record(second).sent()).isEqualTo(new Tai64n(last.seconds(), last.nanos() + 1));
        third.skew = -16 * SECOND;
        second.kill();
        fleet.takeOver(second, third);
        world.runFor(SECOND);
        assertThat(third.handshakes.established()).as("and once more").isEqualTo(1);
    }

    @Test
    void withoutTheRecordTheDeviceWouldTakeThatForAReplay() {
        dead.perform(dead.handshakes.initiate(device.key(), world.now()));
        world.runFor(SECOND);
        second.skew = -8 * SECOND;
        dead.kill();
        second.peer(PeerConfig.of(device.key()).withEndpoint(device.place()));
        second.perform(second.handshakes.initiate(device.key(), world.now()));
        world.runFor(SECOND);
        assertThat(device.events(Event.Rejected.class)).contains(new Event.Rejected(Event.Reason.REPLAYED));
        assertThat(second.handshakes.established()).isZero();
    }

    @Test
    void anEdgeWhoseClockIsRightSendsItsTime() {
        takeOver();
        world.runFor(SECOND);
        assertThat(fleet.record(second).sent()).isEqualTo(Tai64n.ofUnix(TestFresh.EPOCH + DEATH));
    }

    /** The second dies as well, and its initiation has reached nobody. */
    @Test
    void theThirdGoesOnFromWhatTheSecondHadTakenOver() {
        world.link.loss = 1;
        takeOver();
        world.runFor(150 * MILLI);
        world.link.heal();
        second.kill();
        fleet.takeOver(second, third);
        long[] count = {0};
        world.runFor(4 * DELAY);
        world.every(SECOND, DEATH + 400 * SECOND, () -> {
            third.send(count[0]);
            device.send(count[0]++);
        });
        world.runFor(400 * SECOND);
        assertAllGot(device, count[0]);
        assertAllGot(third, count[0]);
    }
}
