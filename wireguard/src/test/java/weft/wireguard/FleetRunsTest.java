package weft.wireguard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A fleet and a device over bad networks, in virtual time: edges are killed, come back empty, take over (one or both of the
 * others, by records that are late), drain and let go; clocks are off, the device moves and initiates in the middle of it,
 * initiations go astray, and somebody sends again what he has seen.
 *
 * <p>{@link RecordingAead} knows every key and nonce that any of them has used for a packet. The keys of handshakes are
 * used once each, with nonce 0, and new with each ephemeral key: none of those may be seen twice.
 */
class FleetRunsTest {
    private static final Place ATTACKER = new Place("203.0.113.9", 3333);
    private static final long TROUBLE = 300 * World.SECOND;

    /** A silence is noticed after 15 s and an initiation repeated after 5.3; one of both may be in vain. (45 s were seen once.) */
    private static final long HEALING = 60 * World.SECOND;

    private static final long PEACE = 150 * World.SECOND;

    /** Of a client id, as a fleet has them. */
    private static final int SLOTS = 64;

    private long packets;
    private long sealed;
    private int takeOvers;

    @Test
    void noNonceIsUsedTwiceByAnyEdgeAndTheDeviceAlwaysComesBack() {
        runs(500, new Random().nextLong());
    }

    @Test
    @Tag("full")
    void noNonceIsUsedTwiceByAnyEdgeInTwentyThousandRuns() {
        runs(20_000, new Random().nextLong());
    }

    private void runs(int count, long seed) {
        for (int i = 0; i < count; i++) {
            long one = seed + i;
            assertThatCode(() -> run(one)).as("seed %d", one).doesNotThrowAnyException();
        }
        assertThat(takeOvers).as("take-overs").isGreaterThan(count);
        assertThat(sealed).as("packets sealed").isGreaterThan(100L * count);
    }

    private void run(long seed) {
        World world = new World(seed, seed % 20 == 0 ? new JdkCurve() : new ToyCurve());
        Random random = world.random;
        Fleet fleet = new Fleet(world);
        for (Node edge : fleet.edges) {
            edge.skew = -random.nextLong(8 * World.SECOND);
            edge.fresh.slots = SLOTS;
        }
        fleet.recordDelay = random.nextLong(50 * World.MILLI);
        world.link.loss = random.nextInt(5) * 0.1;
        world.link.duplication = random.nextInt(4) * 0.1;
        world.link.delay = random.nextLong(200 * World.MILLI);
        world.link.jitter = random.nextInt(3) * 100L * World.MILLI;
        packets = 0;
        traffic(world, fleet);
        for (int i = random.nextInt(12); i > 0; i--) {
            long when = random.nextLong(TROUBLE);
            Node edge = anyOf(fleet, random);
            world.at(when, () -> disturb(world, fleet, edge));
        }
        world.runUntil(TROUBLE);

        world.link.heal();
        world.every(World.SECOND, TROUBLE + HEALING + PEACE, () -> {
            fleet.ingress = fleet.holder;
            both(fleet);
        });
        world.runFor(HEALING);
        long first = packets;
        world.runFor(PEACE);
        long last = packets;
        world.runFor(World.SECOND);
        for (long packet = first; packet < last; packet++) {
            boolean arrived = packet % 2 == 0 ? fleet.got(packet) : fleet.device.delivered.containsKey(packet);
            assertThat(arrived).as("packet %d of %d to %d", packet, first, last).isTrue();
        }
        assertNothingTwice(world, fleet);
    }

    private static Node anyOf(Fleet fleet, Random random) {
        return fleet.edges.get(random.nextInt(fleet.edges.size()));
    }

    private void traffic(World world, Fleet fleet) {
        Random random = world.random;
        for (int i = 1 + random.nextInt(6); i > 0; i--) {
            long start = random.nextLong(TROUBLE);
            long end = Math.min(start + random.nextLong(60) * World.SECOND, TROUBLE);
            long interval = (1 + random.nextInt(50)) * 100L * World.MILLI;
            for (long when = start; when < end; when += interval) {
                world.at(when, () -> both(fleet));
            }
        }
    }

    /** Even packets go to the fleet, odd ones to the device. */
    private void both(Fleet fleet) {
        fleet.device.send(packets++);
        fleet.holder.send(packets++);
    }

    private void disturb(World world, Fleet fleet, Node edge) {
        Random random = world.random;
        Node device = fleet.device;
        if (random.nextInt(3) == 0) {
            device.perform(device.handshakes.initiate(edge.key(), world.now()));
        }
        switch (random.nextInt(7)) {
            case 0, 1 -> kill(world, fleet, edge);
            case 2 -> drain(world, fleet, edge);
            case 3 -> device.moveTo("198.51.100." + random.nextInt(256));
            case 4 -> fleet.ingress = edge;
            case 5 -> leadToAndFro(world, fleet, edge);
            default -> replay(world, fleet);
        }
    }

    private void kill(World world, Fleet fleet, Node edge) {
        Random random = world.random;
        edge.kill();
        world.after(random.nextLong(30 * World.SECOND), edge::restart);
        for (Node other : fleet.edges) {
            if (other != edge && random.nextInt(3) > 0) {
                world.after(random.nextLong(World.SECOND), () -> takeOver(fleet, edge, other));
            }
        }
    }

    private void drain(World world, Fleet fleet, Node edge) {
        Node other = anyOf(fleet, world.random);
        if (other != edge) {
            drain(world, fleet, edge, other);
        }
    }

    private void drain(World world, Fleet fleet, Node edge, Node other) {
        takeOver(fleet, edge, other);
        world.after(world.random.nextLong(World.SECOND), () -> {
            if (other.handshakes.established() > 0) {
                edge.perform(edge.handshakes.release(fleet.device.key()));
            }
        });
    }

    /** As between two cities: what takes over lets go again, with records of that moment or of one before. */
    private void leadToAndFro(World world, Fleet fleet, Node edge) {
        long when = 0;
        Node from = edge;
        for (int i = 2 + world.random.nextInt(6); i > 0; i--) {
            Node left = from;
            Node by = anyOf(fleet, world.random);
            world.after(when, () -> {
                if (by != left) {
                    drain(world, fleet, left, by);
                }
            });
            when += world.random.nextLong(8 * World.SECOND);
            from = by;
        }
    }

    /** By who may be dead himself by now. */
    private void takeOver(Fleet fleet, Node from, Node by) {
        if (by.isAlive() && fleet.hasRecord(from)) {
            takeOvers++;
            fleet.takeOver(from, by);
        }
    }

    private static void replay(World world, Fleet fleet) {
        for (int i = 0; i < 10 && !world.wire.isEmpty(); i++) {
            World.Seen seen = world.wire.get(world.random.nextInt(world.wire.size()));
            if (seen.from() == fleet.device) {
                anyOf(fleet, world.random).receive(seen.datagram(), ATTACKER);
            } else {
                fleet.device.receive(seen.datagram(), fleet.place());
            }
        }
    }

    private void assertNothingTwice(World world, Fleet fleet) {
        Set<PublicKey> ephemerals = new HashSet<>();
        for (World.Seen seen : world.wire) {
            int at = switch (seen.type()) {
                case Spec.INITIATION -> Message.INITIATION_EPHEMERAL;
                case Spec.RESPONSE -> Message.RESPONSE_EPHEMERAL;
                default -> 0;
            };
            if (at > 0) {
                PublicKey ephemeral = new PublicKey(Message.part(seen.datagram(), at, Spec.KEY_SIZE));
                assertThat(ephemerals.add(ephemeral)).as("a new ephemeral key").isTrue();
            }
        }
        Set<Long> arrived = new HashSet<>();
        for (Node edge : fleet.edges) {
            for (long packet : edge.delivered.keySet()) {
                assertThat(arrived.add(packet)).as("packet %d once", packet).isTrue();
            }
        }
        sealed += world.aead.sealed();
    }
}
