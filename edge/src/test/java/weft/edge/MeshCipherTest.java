package weft.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import weft.fleet.FleetSecret;
import weft.wireguard.Crypto;

class MeshCipherTest {
    private static final long DAY = 20_000;
    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.UTF_8);

    private final Crypto crypto = Crypto.jdk();
    private final FleetSecret secret = FleetSecret.of(0, filled(1)).and(DAY + 1, filled(2));

    private static byte[] filled(int with) {
        byte[] bytes = new byte[FleetSecret.SIZE];
        Arrays.fill(bytes, (byte) with);
        return bytes;
    }

    private MeshCipher edge(int number, long boot) {
        return edge(number, boot, secret);
    }

    private MeshCipher edge(int number, long boot, FleetSecret its) {
        return new MeshCipher(its, new KeyedBlake(crypto.hash()), crypto.aead(), number, boot);
    }

    private static Optional<String> text(Optional<MeshCipher.Opened> opened) {
        return opened.map(it -> new String(it.message(), StandardCharsets.UTF_8));
    }

    @Test
    void anotherEdgeOpensItAndKnowsWhoSaysIt() {
        MeshCipher receiver = edge(2, 1);
        Optional<MeshCipher.Opened> opened = receiver.open(edge(1, 77).seal(HELLO, DAY), DAY);
        assertThat(text(opened)).contains("hello");
        assertThat(opened.map(MeshCipher.Opened::sender)).contains(1);
        assertThat(opened.map(MeshCipher.Opened::boot)).contains(77L);
    }

    @Test
    void aMessageIsTakenOnceAndNoneThatCameBeforeIt() {
        MeshCipher sender = edge(1, 1);
        MeshCipher receiver = edge(2, 1);
        byte[] first = sender.seal(HELLO, DAY);
        byte[] second = sender.seal(HELLO, DAY);
        assertThat(receiver.open(second, DAY)).isPresent();
        assertThat(receiver.open(second, DAY)).isEmpty();
        assertThat(receiver.open(first, DAY)).isEmpty();
        assertThat(receiver.open(sender.seal(HELLO, DAY), DAY)).isPresent();
    }

    @Test
    void anEdgeThatStartsAnewIsHeardAndItsFormerLifeIsNot() {
        MeshCipher before = edge(1, MeshCipher.boot(1_000_000, 0));
        MeshCipher after = edge(1, MeshCipher.boot(1_000_001, 0));
        MeshCipher receiver = edge(2, 1);
        byte[] kept = before.seal(HELLO, DAY);
        assertThat(receiver.open(before.seal(HELLO, DAY), DAY)).isPresent();
        assertThat(receiver.open(after.seal(HELLO, DAY), DAY)).isPresent();
        assertThat(receiver.open(kept, DAY)).isEmpty();
        assertThat(receiver.open(before.seal(HELLO, DAY), DAY)).isEmpty();
    }

    @Test
    void everyChangedBitIsNoticed() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            byte[] sealed = edge(1, 1).seal(HELLO, DAY);
            sealed[random.nextInt(sealed.length)] ^= (byte) (1 << random.nextInt(8));
            assertThat(edge(2, 1).open(sealed, DAY)).as("seed %d", seed).isEmpty();
        }
    }

    @Test
    void anOutsidersSecretOpensNothing() {
        FleetSecret theirs = FleetSecret.of(0, filled(9));
        assertThat(edge(2, 1).open(edge(1, 1, theirs).seal(HELLO, DAY), DAY)).isEmpty();
    }

    @Test
    void nothingShorterThanItsOverheadMakesItThrow() {
        for (int length = 0; length < MeshCipher.OVERHEAD; length++) {
            assertThat(edge(2, 1).open(new byte[length], DAY)).isEmpty();
            byte[] header = Arrays.copyOf(edge(1, 1).seal(HELLO, DAY), length);
            assertThat(edge(2, 1).open(header, DAY)).isEmpty();
            assertThat(MeshCipher.isControl(MemorySegment.ofArray(header), 0, length))
                    .isFalse();
        }
    }

    @Test
    void edgesWithClocksOnBothSidesOfMidnightHearEachOtherWhileTheSecretTurns() {
        MeshCipher early = edge(1, 1);
        MeshCipher late = edge(2, 1);
        assertThat(late.open(early.seal(HELLO, DAY), DAY + 1))
                .as("sealed under yesterday's")
                .isPresent();
        assertThat(early.open(late.seal(HELLO, DAY + 1), DAY))
                .as("sealed under tomorrow's")
                .isPresent();
        assertThat(late.open(early.seal(HELLO, DAY + 1), DAY + 1)).isPresent();
        assertThat(early.open(late.seal(HELLO, DAY + 1), DAY + 1)).isPresent();
    }
}
