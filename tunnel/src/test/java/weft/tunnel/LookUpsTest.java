package weft.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import weft.netio.UdpPath;
import weft.wireguard.PublicKey;

class LookUpsTest {
    private final Queue<Runnable> agent = new ArrayDeque<>();
    private final List<CompletableFuture<Optional<PeerSetup>>> questions = new ArrayList<>();
    private final List<PeerSetup> found = new ArrayList<>();
    private final Counters counters = new Counters();
    private int nobody;
    private final LookUps lookUps = new LookUps(this::question, agent::add, counters);

    private CompletableFuture<Optional<PeerSetup>> question(PublicKey key, HandshakeMessage initiation) {
        CompletableFuture<Optional<PeerSetup>> answer = new CompletableFuture<>();
        questions.add(answer);
        return answer;
    }

    private void ask(LookUps by, PublicKey key) {
        HandshakeMessage initiation = new HandshakeMessage(
                new byte[148], UdpPath.to(new InetSocketAddress("192.0.2.1", 1)), Ingress.Passage.DIRECT);
        by.ask(key, initiation, found::add, () -> nobody++);
    }

    private static PublicKey key(int number) {
        byte[] bytes = new byte[32];
        bytes[0] = (byte) number;
        bytes[1] = (byte) (number >> 8);
        return new PublicKey(bytes);
    }

    private static PeerSetup peer(int number) {
        return PeerSetup.of(key(number), List.of());
    }

    private void answer(int question, Optional<PeerSetup> peer) {
        questions.get(question).complete(peer);
        runAgent();
    }

    private void runAgent() {
        for (Runnable command = agent.poll(); command != null; command = agent.poll()) {
            command.run();
        }
    }

    private long dropped() {
        return counters.snapshot().getOrDefault(Drop.HANDSHAKE, -1L);
    }

    @Test
    void theAnswerComesOnTheAgentsThread() {
        ask(lookUps, key(1));
        questions.getFirst().complete(Optional.of(peer(1)));
        assertThat(found).isEmpty();
        runAgent();
        assertThat(found).extracting(PeerSetup::publicKey).containsExactly(key(1));
        assertThat(dropped()).isZero();
    }

    @Test
    void whileAQuestionIsUnderWayTheLastThatComesUnderItsKeyWaits() {
        for (int i = 0; i < 4; i++) {
            ask(lookUps, key(1));
        }
        assertThat(questions).hasSize(1);
        assertThat(dropped()).as("the second and the third").isEqualTo(2);
        answer(0, Optional.empty());
        assertThat(dropped()).isEqualTo(3);
        assertThat(nobody).as("each that came to nothing is told").isEqualTo(3);
        assertThat(questions).hasSize(2);
        answer(1, Optional.of(peer(1)));
        assertThat(found).extracting(PeerSetup::publicKey).containsExactly(key(1));
        assertThat(dropped()).isEqualTo(3);
    }

    @Test
    void whoWaitedIsNotAskedAboutOnceThePeerIsKnownOrTheRegistryIsAway() {
        ask(lookUps, key(1));
        ask(lookUps, key(1));
        answer(0, Optional.of(peer(1)));
        assertThat(questions).hasSize(1);
        assertThat(nobody).isEqualTo(1);
        ask(lookUps, key(2));
        ask(lookUps, key(2));
        questions.get(1).completeExceptionally(new IllegalStateException("the registry is away"));
        runAgent();
        assertThat(questions).hasSize(2);
        assertThat(nobody).isEqualTo(3);
        ask(lookUps, key(2));
        assertThat(questions).hasSize(3);
    }

    @Test
    void soManyAndNoMoreAreUnderWay() {
        for (int i = 0; i < Tuning.LOOK_UPS + 5; i++) {
            ask(lookUps, key(i));
        }
        assertThat(questions).hasSize(Tuning.LOOK_UPS);
        assertThat(dropped()).isEqualTo(5);
        answer(7, Optional.of(peer(7)));
        ask(lookUps, key(9_999));
        assertThat(questions).hasSize(Tuning.LOOK_UPS + 1);
        assertThat(found).extracting(PeerSetup::publicKey).containsExactly(key(7));
    }

    @Test
    void aFailureMakesRoomForTheNextQuestion() {
        ask(lookUps, key(1));
        questions.getFirst().completeExceptionally(new IllegalStateException("the registry is away"));
        runAgent();
        ask(lookUps, key(1));
        assertThat(questions).hasSize(2);
        LookUps broken = new LookUps(
                (key, initiation) -> {
                    throw new IllegalStateException("broken");
                },
                agent::add,
                counters);
        for (int i = 0; i < 2; i++) {
            ask(broken, key(1));
            assertThat(agent).hasSize(1);
            runAgent();
        }
        assertThat(found).isEmpty();
    }
}
