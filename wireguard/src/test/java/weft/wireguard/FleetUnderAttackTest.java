package weft.wireguard;

import static org.assertj.core.api.Assertions.assertThat;
import static weft.wireguard.World.MILLI;
import static weft.wireguard.World.SECOND;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Somebody on the path records what he sees, and sends it again to whichever edge he likes. */
class FleetUnderAttackTest {
    private static final Place ATTACKER = new Place("203.0.113.9", 3333);
    private static final long DELAY = 20 * MILLI;

    private final World world = new World(1, new ToyCurve());
    private final Fleet fleet = new Fleet(world);
    private final Node device = fleet.device;
    private final Node first = fleet.edges.get(0);
    private final Node second = fleet.edges.get(1);
    private final Node third = fleet.edges.get(2);

    FleetUnderAttackTest() {
        world.link.delay = DELAY;
        fleet.connect();
        world.runUntil(10 * SECOND);
    }

    private List<byte[]> recorded(Node from, int type) {
        return world.wire.stream()
                .filter(seen -> seen.from() == from && seen.type() == type)
                .map(World.Seen::datagram)
                .toList();
    }

    private PeerRecord knownTo(Node edge) {
        return edge.handshakes.export(device.key()).orElseThrow();
    }

    private static int index(Event.OpenerReady ready) {
        return ready.opener().index();
    }

    private void assertTrafficFlows(Node holder) {
        long from = world.now();
        world.every(100 * MILLI, from + 10 * SECOND, () -> {
            holder.send(world.now());
            device.send(world.now() + 1);
        });
        world.runFor(11 * SECOND);
        for (long packet = from; packet < from + 10 * SECOND; packet += 100 * MILLI) {
            assertThat(device.delivered).containsKey(packet);
            assertThat(holder.delivered).containsKey(packet + 1);
        }
    }

    @Test
    void aReplayedInitiationChangesNothingAtAnEdgeThatHasTheRecord() {
        second.handshakes.restore(fleet.record(first), world.now());
        for (boolean takenOver : new boolean[] {false, true}) {
            if (takenOver) {
                first.kill();
                fleet.takeOver(first, second);
                world.runFor(SECOND);
            }
            PeerRecord before = knownTo(second);
            Optional<PeerStatus> status = second.handshakes.status(device.key());
            long next = second.nextTick();
            int openers = second.openers();
            for (byte[] initiation : recorded(device, Spec.INITIATION)) {
                second.receive(initiation, ATTACKER);
                assertThat(second.events.getLast()).isEqualTo(new Event.Rejected(Event.Reason.REPLAYED));
            }
            assertThat(knownTo(second)).isEqualTo(before);
            assertThat(second.handshakes.status(device.key())).isEqualTo(status);
            assertThat(second.nextTick()).isEqualTo(next);
            assertThat(second.openers()).isEqualTo(openers);
        }
        assertTrafficFlows(second);
    }

    @Test
    void atAnEdgeThatNeverSawItItIsAnsweredAndLeadsNowhere() {
        byte[] initiation = recorded(device, Spec.INITIATION).getFirst();
        int before = world.wire.size();
        third.receive(initiation, ATTACKER);
        assertThat(world.wire.subList(before, world.wire.size()))
                .singleElement()
                .matches(seen -> seen.datagram().length < initiation.length, "a response shorter than what it answers");
        assertThat(third.handshakes.established()).isZero();
        assertThat(knownTo(third).endpoint()).isEmpty();
        assertThat(third.handshakes.initiate(device.key(), world.now()))
                .as("it would not know where to")
                .containsExactly(new Event.Unreachable(device.key()));
        assertTrafficFlows(first);
        assertThat(first.endpoint()).isEqualTo(device.place());
        world.runUntil(world.now() + Spec.REJECT_AFTER_TIME);
        assertThat(third.openers()).as("sessions left").isZero();
    }

    /** The record was older than the device's last initiation, which another edge has answered. */
    @Test
    void atAnEdgeThatTookOverByAnOldRecordItDisplacesNoSession() {
        PeerRecord old = fleet.record(first);
        device.perform(device.handshakes.initiate(first.key(), world.now()));
        world.runFor(SECOND);
        byte[] latest = recorded(device, Spec.INITIATION).getLast();
        first.kill();
        second.handshakes.restore(old, world.now());
        second.perform(second.handshakes.initiate(device.key(), world.now()));
        world.runFor(SECOND);
        Event.SealerReady used = second.events(Event.SealerReady.class).getLast();
        int openers = second.openers();
        second.receive(latest, ATTACKER);
        assertThat(second.openers()).as("one more").isEqualTo(openers + 1);
        assertThat(second.events(Event.SealerReady.class).getLast()).isEqualTo(used);
        assertThat(second.events(Event.OpenerRetired.class)).isEmpty();
        assertThat(second.endpoint()).isEqualTo(device.place());
        assertTrafficFlows(second);
    }

    @Test
    void evenOfFourLiveSessionsItDisplacesNone() {
        for (int i = 0; i < 3; i++) {
            device.perform(device.handshakes.initiate(first.key(), world.now()));
            world.runFor(10 * SECOND);
        }
        List<Integer> before = first.events(Event.OpenerReady.class).stream()
                .map(FleetUnderAttackTest::index)
                .toList();
        assertThat(before).hasSize(4);
        world.link.loss = 1;
        device.perform(device.handshakes.initiate(first.key(), world.now()));
        first.receive(recorded(device, Spec.INITIATION).getLast(), ATTACKER);
        assertThat(knownTo(first).receiverIndices()).hasSize(5).containsAll(before);
        assertThat(first.events(Event.OpenerRetired.class)).isEmpty();
    }

    @Test
    void theEndpointMovesOnlyByGenuineDataThatIsNew() {
        List<byte[]> everything = world.wire.stream()
                .filter(seen -> seen.from() == device)
                .map(World.Seen::datagram)
                .toList();
        for (Node edge : fleet.edges) {
            for (byte[] datagram : everything) {
                edge.receive(datagram, ATTACKER);
                edge.receive(Wire.flipped(datagram, 8 * datagram.length - 1), ATTACKER);
            }
        }
        assertThat(first.endpoint()).isEqualTo(device.place());
        assertThat(knownTo(second).endpoint()).isEmpty();
        device.moveTo("198.51.100.8");
        device.send(1);
        world.runFor(SECOND);
        assertThat(first.endpoint()).isEqualTo(device.place());
        assertThat(fleet.record(first).endpoint()).contains(device.place());
        assertTrafficFlows(first);
    }

    /** A take-over goes to where the record says, whoever has sent what in the meantime. */
    @Test
    void nobodyTurnsATakeOverOnSomebodyElse() {
        first.kill();
        second.handshakes.restore(fleet.record(first), world.now());
        world.wire.stream()
                .filter(seen -> seen.from() == device)
                .map(World.Seen::datagram)
                .toList()
                .forEach(datagram -> second.receive(datagram, ATTACKER));
        fleet.takeOver(first, second);
        world.runFor(SECOND);
        assertThat(second.endpoint()).isEqualTo(device.place());
        assertTrafficFlows(second);
    }

    @Test
    void aReplayedResponseIsUncalledFor() {
        first.kill();
        fleet.takeOver(first, second);
        world.runFor(SECOND);
        byte[] response = recorded(device, Spec.RESPONSE).getLast();
        for (Node edge : List.of(second, third)) {
            edge.receive(response, ATTACKER);
            assertThat(edge.events.getLast()).isEqualTo(new Event.Rejected(Event.Reason.UNCALLED_FOR));
        }
        assertThat(second.endpoint()).isEqualTo(device.place());
    }
}
