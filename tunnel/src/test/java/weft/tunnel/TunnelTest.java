package weft.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import weft.wireguard.PublicKey;

/** Needs root: it makes network namespaces and TUNs. */
@Timeout(60)
class TunnelTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    /** Bytes for a packet: the JDK makes 40 in some calls and none in others, as its compiler pleases: see Posix. */
    private static final double TOLERATED = 64;

    private static final Set<String> PACKET_PATH =
            Set.of("near-outbound", "near-inbound", "far-outbound", "far-inbound");

    @Test
    void packetsGoBothWaysAndTheFirstOneWaitsForTheSession() throws Exception {
        TwoTunnels.with(world -> {
            assertThat(world.reachesFar()).isTrue();
            assertThat(world.reachesNear()).isTrue();
        });
    }

    @Test
    void anotherPortAndAMarkKeepTheSession() throws Exception {
        TwoTunnels.with(world -> {
            assertThat(world.reachesFar()).isTrue();
            long handshake = world.peerOfNear().lastHandshakeUnixNanos();
            int port = world.near.port();
            for (int i = 0; i < 20; i++) {
                world.near.listen(List.of(new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 0)));
                assertThat(world.reachesFar()).isTrue();
                assertThat(world.reachesNear()).isTrue();
            }
            assertThat(world.near.port()).isNotEqualTo(port);
            world.near.mark(77);
            assertThat(world.near.mark()).isEqualTo(77);
            assertThat(world.reachesFar()).isTrue();
            assertThat(world.peerOfNear().lastHandshakeUnixNanos()).isEqualTo(handshake);
        });
    }

    @Test
    void aRemovedPeerIsNotReachedAndCannotSend() throws Exception {
        TwoTunnels.with(world -> {
            assertThat(world.reachesFar()).isTrue();
            world.farApplication.setSoTimeout(300);
            world.nearApplication.setSoTimeout(300);
            world.near.remove(world.far.publicKey().orElseThrow());
            assertThat(world.reachesFar()).isFalse();
            assertThat(world.reachesNear()).isFalse();
            assertThat(world.near.drops().get(Drop.NO_PEER)).isPositive();
            assertThat(world.near.drops()).containsEntry(Drop.UNKNOWN_INDEX, 1L);
        });
    }

    @Test
    void aSourceAddressThatIsGoneIsLeft() throws Exception {
        TwoTunnels.with(world -> {
            assertThat(world.reachesFar()).isTrue();
            TwoTunnels.run("ip address del 192.0.2.2/32 dev lo");
            world.nearApplication.setSoTimeout(500);
            assertThat(world.reachesNearAtLast()).isTrue();
        });
    }

    @Test
    void anEdgeKeepsToItsSourceAddress() throws Exception {
        TwoTunnels.with(Tunnel.Builder::fixedSource, world -> {
            assertThat(world.reachesFar()).isTrue();
            TwoTunnels.run("ip address del 192.0.2.2/32 dev lo");
            world.nearApplication.setSoTimeout(300);
            assertThat(world.reachesNearAtLast()).isFalse();
            TwoTunnels.run("ip address add 192.0.2.2/32 dev lo");
            assertThat(world.reachesNear()).isTrue();
        });
    }

    @Test
    void everyPacketThatTheNetworkDoesNotTakeIsCounted() throws Exception {
        TwoTunnels.with(world -> {
            assertThat(world.reachesFar()).isTrue();
            TwoTunnels.run("nft add table inet closed");
            TwoTunnels.run("nft add chain inet closed out { type filter hook output priority 0 ; }");
            TwoTunnels.run("nft add rule inet closed out oifname lo drop");
            for (int i = 0; i < 50; i++) {
                world.sendsFar(3_000);
            }
            Instant deadline = Instant.now().plusSeconds(5);
            while (drops(world, Drop.SEND) < 150 && Instant.now().isBefore(deadline)) {
                Thread.onSpinWait();
            }
            assertThat(drops(world, Drop.SEND)).as("three fragments each").isEqualTo(150);
        });
    }

    private static long drops(TwoTunnels world, Drop reason) {
        return world.near.drops().getOrDefault(reason, 0L);
    }

    @Test
    void theEndOfTheTunIsToldAndTheRestCanBeClosed() throws Exception {
        TwoTunnels.with(world -> {
            assertThat(world.reachesFar()).isTrue();
            PublicKey near = world.near.publicKey().orElseThrow();
            world.farDown();
            assertThat(world.farFailed.get(5, TimeUnit.SECONDS)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> world.far.keepalive(near)).isInstanceOf(IllegalStateException.class);
            world.far.close();
            assertThatThrownBy(world.far::peers).isInstanceOf(IllegalStateException.class);
        });
    }

    @Test
    void theAgentsEndTogetherAndThatIsToldOnce() throws Exception {
        TwoTunnels.with(world -> {
            assertThat(world.reachesFar()).isTrue();
            world.farDown();
            awaitNoAgentsOf("far");
            assertThat(world.farFailures).hasValue(1);
            assertThatThrownBy(world.far::peers)
                    .isInstanceOf(IllegalStateException.class)
                    .hasRootCause(world.farFailed.getNow(new AssertionError("not told")))
                    .hasMessageContaining("has ended");
            assertThat(new Uapi(world.far).answer(List.of("get=1"))).isEqualTo("errno=-19\n\n");
            world.far.close();
            assertThat(world.farFailures).hasValue(1);
        });
    }

    @Test
    void withoutItsControlAgentATunnelEndsToo() throws Exception {
        UnaryOperator<Tunnel.Builder> withoutIndices = far -> far.receiverIndices(peer -> {
            throw new IllegalStateException("no index is left");
        });
        TwoTunnels.with(withoutIndices, world -> {
            world.near.initiate(world.far.publicKey().orElseThrow());
            assertThat(world.farFailed.get(5, TimeUnit.SECONDS)).hasMessage("no index is left");
            awaitNoAgentsOf("far");
            assertThat(world.farFailures).hasValue(1);
        });
    }

    @Test
    void aListenerThatThrowsHarmsNobody() throws Exception {
        AtomicInteger heard = new AtomicInteger();
        TunnelListener careless = new TunnelListener() {
            @Override
            public void established(PublicKey peer) {
                heard.incrementAndGet();
                throw new IllegalStateException("a mistake of the listener's");
            }

            @Override
            public void failed(Throwable cause) {
                heard.addAndGet(100);
                throw new IllegalStateException("another");
            }
        };
        TwoTunnels.with(far -> far.listener(careless), world -> {
            assertThat(world.reachesFar()).isTrue();
            assertThat(world.reachesNear()).isTrue();
            world.far.initiate(world.near.publicKey().orElseThrow());
            assertThat(world.far.peers()).hasSize(1);
            assertThat(heard.get()).isPositive();
            world.farDown();
            awaitNoAgentsOf("far");
            assertThat(heard.get()).isBetween(101, 199);
        });
    }

    private static void awaitNoAgentsOf(String tunnel) {
        Instant deadline = Instant.now().plusSeconds(5);
        while (threads().anyMatch(thread -> thread.getName().startsWith(tunnel + "-"))) {
            assertThat(Instant.now()).as("the agents of %s end", tunnel).isBefore(deadline);
            Thread.onSpinWait();
        }
    }

    private static Stream<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream();
    }

    @Test
    void aKeyThatIsSetOnceMoreKeepsTheSessionAndOneOfZeroesEndsIt() throws Exception {
        TwoTunnels.with(world -> {
            Uapi uapi = new Uapi(world.near);
            List<String> key = List.of("set=1", "private_key=" + "07".repeat(32));
            assertThat(uapi.answer(key)).isEqualTo("errno=0\n\n");
            world.far.put(PeerSetup.of(
                    world.near.publicKey().orElseThrow(),
                    world.far.peers().getFirst().allowedIps()));
            assertThat(world.reachesFar()).isTrue();
            assertThat(uapi.answer(key)).isEqualTo("errno=0\n\n");
            assertThat(world.peerOfNear().established()).isTrue();
            assertThat(uapi.answer(List.of("set=1", "private_key=" + "00".repeat(32))))
                    .isEqualTo("errno=0\n\n");
            assertThat(world.near.publicKey()).isEmpty();
            assertThat(world.peerOfNear().established()).isFalse();
            assertThat(uapi.answer(List.of("get=1"))).doesNotContain("private_key");
        });
    }

    @Test
    void aPacketAloneMakesNoGarbageButThatOfTheJdksSystemCalls() throws Exception {
        TwoTunnels.with(world -> {
            int packets = 4_000;
            double least = Double.MAX_VALUE;
            // Until the compiler has done its work, which on a busy machine takes a while.
            for (int attempt = 0; attempt < 100 && least >= TOLERATED; attempt++) {
                long before = allocated();
                for (int i = 0; i < packets / 2; i++) {
                    assertThat(world.reachesFar()).isTrue();
                    assertThat(world.reachesNear()).isTrue();
                }
                least = Math.min(least, (double) (allocated() - before) / packets);
            }
            System.out.printf("packet path: %.3f bytes allocated per packet by four agents%n", least);
            assertThat(least).isLessThan(TOLERATED);
        });
    }

    private static long allocated() {
        return threads()
                .filter(thread -> PACKET_PATH.contains(thread.getName()))
                .mapToLong(thread -> THREADS.getThreadAllocatedBytes(thread.threadId()))
                .sum();
    }
}
