package weft.wireguard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two peers over bad networks, in virtual time; every run has its own weather, restarts and habits. */
class LossyLinkTest {
    private static final long TROUBLE = 300 * World.SECOND;
    private static final long HEALING = 30 * World.SECOND;
    private static final long PEACE = 150 * World.SECOND;

    private long packets;

    @Test
    void aSessionAlwaysComesBack() {
        runs(2000, new Random().nextLong());
    }

    @Test
    @Tag("full")
    void aSessionAlwaysComesBackInTwentyThousandRuns() {
        runs(20_000, new Random().nextLong());
    }

    private void runs(int count, long seed) {
        for (int i = 0; i < count; i++) {
            long one = seed + i;
            assertThatCode(() -> run(one)).as("seed %d", one).doesNotThrowAnyException();
        }
    }

    private void run(long seed) {
        World world = new World(seed, seed % 20 == 0 ? new JdkCurve() : new ToyCurve());
        Random random = world.random;
        Node a = world.node("192.0.2.1");
        Node b = world.node("192.0.2.2");
        PresharedKey psk = random.nextBoolean() ? PresharedKey.none() : psk(random);
        int reserved = random.nextBoolean() ? 0 : random.nextInt(0x1000000);
        PeerConfig ofA = PeerConfig.of(b.key()).withPresharedKey(psk).withReserved(reserved);
        PeerConfig ofB = PeerConfig.of(a.key()).withPresharedKey(psk);
        a.peer(ofA.withEndpoint(b.place()).withPersistentKeepalive(random.nextInt(3) * 10));
        b.peer(random.nextBoolean() ? ofB : ofB.withEndpoint(a.place()));

        world.link.loss = random.nextInt(5) * 0.1;
        world.link.duplication = random.nextInt(4) * 0.1;
        world.link.delay = random.nextLong(200 * World.MILLI);
        world.link.jitter = random.nextInt(3) * 300L * World.MILLI;
        packets = 0;
        trouble(world, a, b);
        world.runUntil(TROUBLE);

        world.link.heal();
        a.peer(ofA.withEndpoint(b.place()));
        world.every(World.SECOND, TROUBLE + HEALING + PEACE, () -> both(a, b));
        world.runFor(HEALING);
        long first = packets;
        world.runFor(PEACE);
        long last = packets;
        world.runFor(World.SECOND);
        for (long packet = first; packet < last; packet++) {
            Node receiver = packet % 2 == 0 ? b : a;
            assertThat(receiver.delivered.containsKey(packet))
                    .as("packet %d of %d to %d", packet, first, last)
                    .isTrue();
        }
    }

    /** Traffic in bursts, outages, restarts and, in many runs, both initiating at one moment. */
    private void trouble(World world, Node a, Node b) {
        Random random = world.random;
        if (random.nextBoolean()) {
            both(a, b);
        }
        for (int i = random.nextInt(8); i > 0; i--) {
            long start = random.nextLong(TROUBLE);
            long length = random.nextLong(60) * World.SECOND;
            long interval = (1 + random.nextInt(50)) * 100L * World.MILLI;
            boolean back = random.nextBoolean();
            for (long when = start; when < Math.min(start + length, TROUBLE); when += interval) {
                world.at(when, () -> {
                    a.send(packets);
                    packets += 2;
                    if (back) {
                        b.send(packets - 1);
                    }
                });
            }
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            Node node = random.nextBoolean() ? a : b;
            world.at(random.nextLong(TROUBLE), node::restart);
        }
        if (random.nextInt(3) == 0) {
            double before = world.link.loss;
            long start = random.nextLong(TROUBLE);
            world.at(start, () -> world.link.loss = 1);
            world.at(
                    Math.min(start + random.nextLong(200 * World.SECOND), TROUBLE - 1), () -> world.link.loss = before);
        }
    }

    /** Even packets go to b, odd ones to a. */
    private void both(Node a, Node b) {
        a.send(packets++);
        b.send(packets++);
    }

    private static PresharedKey psk(Random random) {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return new PresharedKey(bytes);
    }
}
