package weft.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import weft.netio.SteeringProgram;
import weft.wireguard.PublicKey;

/** Needs root: it makes network namespaces and TUNs. */
@Timeout(120)
class ShardsTest {
    private static final int DEVICES = 10;
    private static final int ROUNDS = 6;
    private static final int BURST = 40;

    /** So many bursts at once are no more than the buffer of the answering socket holds. */
    private static final int AHEAD = 2;

    private static final Shards FOUR = Shards.of(4);

    enum Wrong {
        /** A socket that is none lets the kernel choose by addresses and ports, as without a program. */
        HASHED,
        ALL_TO_ONE,
        ELSEWHERE;

        SteeringProgram program() {
            return switch (this) {
                case HASHED -> new SteeringProgram().answer(Shards.MOST);
                case ALL_TO_ONE -> new SteeringProgram().answer(1);
                case ELSEWHERE ->
                    new SteeringProgram().loadByte(4).plus(1).and(3).answerA();
            };
        }
    }

    @Test
    void everyDatagramIsOpenedByTheShardThatTheKernelGaveItTo() throws Exception {
        Hub.with(DEVICES, hub -> hub.shards(FOUR), world -> {
            assertThat(world.tunnel.describe()).endsWith(", 4 shards");
            trafficAndRekeys(world);
            assertThat(world.tunnel.strays()).isZero();
        });
    }

    @ParameterizedTest
    @EnumSource
    void whereTheKernelSteersWronglyNothingIsLost(Wrong wrong) throws Exception {
        Hub.with(DEVICES, hub -> hub.shards(FOUR).steering(wrong.program()), world -> {
            trafficAndRekeys(world);
            System.out.printf("%s: %d of %d datagrams strayed%n", wrong, world.tunnel.strays(), sent());
            assertThat(world.tunnel.strays()).isGreaterThan(sent() / 4);
        });
    }

    private static int sent() {
        return DEVICES * ROUNDS * BURST;
    }

    private static void trafficAndRekeys(Hub world) throws IOException {
        Random random = new Random(7);
        PublicKey hub = world.tunnel.publicKey().orElseThrow();
        for (Hub.Device device : world.devices) {
            assertThat(device.isAnswered(100)).isTrue();
        }
        for (int round = 0; round < ROUNDS; round++) {
            for (int d = 0; d < DEVICES + AHEAD; d++) {
                if (d >= AHEAD) {
                    assertThat(world.devices.get(d - AHEAD).answers(BURST)).isEqualTo(BURST);
                }
                if (d >= DEVICES) {
                    continue;
                }
                Hub.Device device = world.devices.get(d);
                if (random.nextInt(3) == 0) {
                    device.tunnel().initiate(hub);
                } else if (random.nextInt(3) == 0) {
                    world.tunnel.initiate(device.tunnel().publicKey().orElseThrow());
                }
                device.burst(BURST, 50 + random.nextInt(1_300));
            }
        }
        Map<Drop, Long> drops = new EnumMap<>(world.tunnel.drops());
        drops.remove(Drop.NO_PEER); // what the kernel says to all by itself
        assertThat(drops.values()).as("%s", drops).containsOnly(0L);
        assertThat(world.tunnel.peers()).allMatch(PeerState::established);
    }

    @Test
    void otherPortsKeepTheSessionsAndTheSteering() throws Exception {
        Hub.with(4, hub -> hub.shards(FOUR), world -> {
            for (Hub.Device device : world.devices) {
                assertThat(device.isAnswered(100)).isTrue();
            }
            for (InetAddress address : List.of(InetAddress.ofLiteral("::"), InetAddress.ofLiteral("127.0.0.1"))) {
                for (int i = 0; i < 5; i++) {
                    world.tunnel.listen(List.of(new InetSocketAddress(address, 0)));
                    for (int d = 1; d < world.devices.size(); d += 2) {
                        Hub.Device device = world.devices.get(d);
                        PublicKey key = device.tunnel().publicKey().orElseThrow();
                        world.tunnel.keepalive(key);
                        assertThat(answeredAtLast(device)).isTrue();
                    }
                }
            }
            long whileGroupsClosed = world.tunnel.strays();
            for (int i = 0; i < 20; i++) {
                for (int d = 1; d < world.devices.size(); d += 2) {
                    assertThat(answeredAtLast(world.devices.get(d))).isTrue();
                }
            }
            assertThat(world.tunnel.strays()).isEqualTo(whileGroupsClosed);
            int port = world.tunnel.port();
            assertThatThrownBy(() -> world.tunnel.listen(List.of(
                            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port),
                            new InetSocketAddress(InetAddress.ofLiteral("::1"), 0))))
                    .as("the port is not shared with the sockets from before")
                    .hasMessageContaining("Address already in use");
            assertThat(world.devices.get(1).isAnswered(100)).isTrue();
        });
    }

    /** The keepalive that tells of the new port may come after the next packet has gone to the old one. */
    private static boolean answeredAtLast(Hub.Device device) throws IOException {
        device.application().setSoTimeout(200);
        for (int i = 0; i < 10; i++) {
            if (device.isAnswered(100)) {
                device.application().setSoTimeout(3_000);
                return true;
            }
        }
        return false;
    }

    /** As with a client id of a fleet: no more than 64 indices, of which 8 lead to each of 8 shards, if at all. */
    @Test
    void whereNoIndexLeadsToTheShardThePeerIsServedNevertheless() throws Exception {
        Random random = new Random(1);
        UnaryOperator<Tunnel.Builder> few =
                hub -> hub.shards(Shards.of(8)).receiverIndices(peer -> random.nextInt(64) << 3 | 5);
        Hub.with(4, few, world -> {
            trafficAndRekeysOf(world.devices);
            assertThat(world.tunnel.strays()).isPositive();
        });
    }

    private static void trafficAndRekeysOf(List<Hub.Device> devices) throws IOException {
        for (int round = 0; round < 20; round++) {
            for (Hub.Device device : devices) {
                assertThat(device.isAnswered(1_000)).isTrue();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 6, 16, -1})
    void thereAreNoOtherNumbersOfThem(int count) {
        assertThatThrownBy(() -> Shards.of(count)).hasMessageContaining("there are 1, 2, 4 or 8 shards, not " + count);
    }

    @Test
    void aMachineHasOneForEachTwoCores() {
        assertThat(List.of(1, 2, 3, 4, 7, 8, 12, 16, 96))
                .extracting(Shards::byDefault)
                .containsExactly(1, 1, 1, 2, 2, 4, 4, 8, 8);
    }

    @Test
    void whyThereIsOneOnlyIsSaid() throws Exception {
        Hub.with(1, hub -> hub.shards(new Shards(1, "the kernel does not steer")), world -> {
            assertThat(world.tunnel.describe()).endsWith(", one shard: the kernel does not steer");
            assertThat(world.devices.getFirst().isAnswered(100)).isTrue();
        });
    }
}
