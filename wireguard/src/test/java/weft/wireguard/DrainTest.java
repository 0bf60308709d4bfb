package weft.wireguard;

import static org.assertj.core.api.Assertions.assertThat;
import static weft.wireguard.World.MILLI;
import static weft.wireguard.World.SECOND;

import java.util.List;
import org.junit.jupiter.api.Test;

/** An edge that leaves hands its devices to another, while it still opens what is under way to it. */
class DrainTest {
    private static final long DELAY = 20 * MILLI;
    private static final long HANDED = 10 * SECOND;

    private final World world = new World(1, new ToyCurve());
    private final Fleet fleet = new Fleet(world);
    private final Node device = fleet.device;
    private final Node leaving = fleet.edges.get(0);
    private final Node taking = fleet.edges.get(1);

    DrainTest() {
        world.link.delay = DELAY;
        fleet.connect();
    }

    private void handOver() {
        fleet.takeOver(leaving, taking);
        world.runFor(2 * DELAY);
        assertThat(taking.handshakes.established()).isEqualTo(1);
        leaving.perform(leaving.handshakes.release(device.key()));
    }

    private List<World.Seen> sentBy(Node node, long since) {
        return world.wire.stream()
                .filter(seen -> seen.from() == node && seen.at() > since)
                .toList();
    }

    @Test
    void noPacketOfEitherDirectionIsLost() {
        long[] count = {0};
        Node[] holder = {leaving};
        world.every(MILLI, HANDED + SECOND, () -> {
            holder[0].send(count[0]);
            device.send(count[0]++);
        });
        world.runUntil(HANDED);
        handOver();
        holder[0] = taking;
        world.runFor(2 * SECOND);
        for (long packet = 0; packet < count[0]; packet++) {
            assertThat(device.delivered).containsKey(packet);
            assertThat(fleet.got(packet)).as("packet %d", packet).isTrue();
        }
        assertThat(leaving.delivered.values().stream().max(Long::compare))
                .as("what was under way when the device changed over")
                .hasValueSatisfying(last -> assertThat(last).isBetween(HANDED + 3 * DELAY, HANDED + 5 * DELAY));
    }

    @Test
    void theEdgeThatHasLeftSendsNothingAnyMoreAndIsForgottenByTheEndOfItsSessions() {
        world.runUntil(HANDED);
        handOver();
        world.every(SECOND, 400 * SECOND, () -> device.send(world.now()));
        leaving.send(-7);
        world.runUntil(400 * SECOND);
        assertThat(sentBy(leaving, HANDED + 2 * DELAY)).isEmpty();
        assertThat(leaving.openers()).isZero();
        assertThat(leaving.nextTick()).isEqualTo(Long.MAX_VALUE);
        assertThat(taking.handshakes.established()).isEqualTo(1);
    }

    /** What would make an edge renew a session that it has begun: late data, and a keepalive for it. */
    @Test
    void whatComesLateDoesNotMakeItTakeTheDeviceBack() {
        world.runUntil(HANDED);
        leaving.perform(leaving.handshakes.initiate(device.key(), world.now()));
        world.runFor(SECOND);
        Sealer sealer = device.events(Event.SealerReady.class).getLast().sealer();
        byte[] early = Wire.seal(sealer, 16, world.now());
        byte[] late = Wire.seal(sealer, 16, world.now());
        handOver();
        long since = world.now();
        world.at(HANDED + 130 * SECOND, () -> leaving.receive(early, device.place()));
        world.at(HANDED + 170 * SECOND, () -> {
            leaving.delivered.clear();
            leaving.receive(late, device.place());
        });
        world.runUntil(HANDED + 200 * SECOND);
        assertThat(sentBy(leaving, since)).isEmpty();
    }

    @Test
    void itIsTheDevicesAgainByTheDevicesOwnHandshakeOrByARecord() {
        world.runUntil(HANDED);
        handOver();
        world.runFor(SECOND);
        fleet.takeOver(taking, leaving);
        world.runFor(SECOND);
        assertThat(leaving.handshakes.established()).as("by a record").isEqualTo(1);
        leaving.perform(leaving.handshakes.release(device.key()));
        assertThat(leaving.handshakes.established()).isZero();
        world.runFor(10 * SECOND);
        device.perform(device.handshakes.initiate(leaving.key(), world.now()));
        world.runFor(SECOND);
        assertThat(leaving.handshakes.established()).as("by a handshake").isEqualTo(1);
        leaving.send(5);
        world.runFor(SECOND);
        assertThat(device.delivered).containsKey(5L);
    }
}
