package weft.wireguard;

import static org.assertj.core.api.Assertions.assertThat;
import static weft.wireguard.Pair.HERE;
import static weft.wireguard.Wire.receive;
import static weft.wireguard.Wire.sent;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class Mac1CheckTest {
    private static final int CHECKS = 100_000;

    private final Pair pair = new Pair(0x010203, 500);
    private final byte[] initiation = pair.initiation(0);
    private final Mac1Check check = pair.responder.mac1Check();

    private static boolean isValid(Mac1Check check, byte[] datagram) {
        return check.isValid(MemorySegment.ofArray(datagram), 0, datagram.length);
    }

    @Test
    void initiationsAndResponsesToUsAreValidAndNothingElseIs() {
        byte[] response = sent(receive(pair.responder, initiation, HERE, 0));
        assertThat(isValid(check, initiation)).isTrue();
        assertThat(isValid(pair.initiator.mac1Check(), response)).isTrue();
        assertThat(isValid(check, response)).as("a response to another").isFalse();
        assertThat(isValid(pair.initiator.mac1Check(), initiation)).isFalse();
        byte[] cookie = new byte[Spec.COOKIE_REPLY_SIZE];
        cookie[0] = Spec.COOKIE_REPLY;
        assertThat(isValid(check, cookie)).isFalse();
        for (int length = 0; length < 200; length++) {
            assertThat(isValid(check, Arrays.copyOf(initiation, length)))
                    .as("%d bytes", length)
                    .isEqualTo(length == Spec.INITIATION_SIZE);
        }
    }

    @Test
    void everyBitCountsButTheReservedBytesAndMac2() {
        for (int bit = 0; bit < 8 * initiation.length; bit++) {
            boolean free = (bit >= 8 && bit < 32) || bit >= 8 * (Spec.INITIATION_SIZE - Spec.MAC_SIZE);
            assertThat(isValid(check, Wire.flipped(initiation, bit)))
                    .as("bit %d", bit)
                    .isEqualTo(free);
        }
    }

    @Test
    void theDatagramMayStandAnywhere() {
        byte[] batch = new byte[500];
        System.arraycopy(initiation, 0, batch, 301, initiation.length);
        assertThat(check.isValid(MemorySegment.ofArray(batch), 301, initiation.length))
                .isTrue();
        assertThat(check.isValid(MemorySegment.ofArray(batch), 300, initiation.length))
                .isFalse();
    }

    @Test
    void itFollowsOurKeysAsTheyComeAndGo() {
        pair.responder.addIdentity(new PrivateKey(new byte[32]));
        assertThat(isValid(check, initiation)).isTrue();
        pair.responder.retireIdentity(pair.responderKey);
        assertThat(isValid(check, initiation)).isFalse();
        pair.responder.clearIdentity();
        assertThat(isValid(check, initiation)).isFalse();
    }

    @Test
    void anotherThreadMayCheckWhileOurKeysChange() {
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Integer> wrong = CompletableFuture.supplyAsync(() -> {
            int invalid = 0;
            for (int i = 0; i < CHECKS || !over.get(); i++) {
                invalid += isValid(check, initiation) ? 0 : 1;
            }
            return invalid;
        });
        PrivateKey second = new PrivateKey(new byte[32]);
        PublicKey secondPublic = second.publicKey(new JdkCurve());
        for (int i = 0; i < 200; i++) {
            pair.responder.addIdentity(second);
            pair.responder.retireIdentity(secondPublic);
        }
        over.set(true);
        assertThat(wrong.join()).isZero();
    }

    @Test
    void nothingIsAllocatedForADatagram() {
        MemorySegment genuine = MemorySegment.ofArray(initiation);
        MemorySegment forged = MemorySegment.ofArray(Wire.flipped(initiation, 99));
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int valid = checks(genuine, forged);
        long before = threads.getCurrentThreadAllocatedBytes();
        valid += checks(genuine, forged);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(valid).isEqualTo(2 * CHECKS);
        assertThat(allocated / (2 * CHECKS)).as("bytes for each").isZero();
    }

    private int checks(MemorySegment genuine, MemorySegment forged) {
        int valid = 0;
        for (int i = 0; i < CHECKS; i++) {
            valid += check.isValid(genuine, 0, Spec.INITIATION_SIZE) ? 1 : 0;
            valid += check.isValid(forged, 0, Spec.INITIATION_SIZE) ? 1 : 0;
        }
        return valid;
    }
}
