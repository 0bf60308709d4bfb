package weft.wireguard;

import static org.assertj.core.api.Assertions.assertThat;
import static weft.wireguard.Wire.receive;
import static weft.wireguard.Wire.sent;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class HandshakeGateTest {
    private static final long SECOND = World.SECOND;
    private static final int FLOOD = 30_000;
    private static final int FORGED_SOURCES = 0x0a000000;
    private static final Place DEVICE = new Place("192.0.2.1", 1111);
    private static final Place FLOODER = new Place("198.51.100.9", 9999);

    /** Always under load. */
    private final Pair pair = new Pair(0, 0);

    private final byte[] initiation = pair.initiation(0);
    private final HandshakeGate gate = pair.responder.gate();

    private HandshakeGate.Verdict from(Place place, byte[] datagram, long now) {
        ByteBuffer address =
                ByteBuffer.wrap(InetAddress.ofLiteral(place.address()).getAddress());
        boolean v4 = address.remaining() == 4;
        long high = v4 ? 0 : address.getLong();
        long low = v4 ? mapped(address.getInt()) : address.getLong();
        return gate.direct(MemorySegment.ofArray(datagram), 0, datagram.length, high, low, place.port(), now);
    }

    private static long mapped(int v4) {
        return 0xffffL << 32 | Integer.toUnsignedLong(v4);
    }

    private int passes(Place place, int messages, long begin) {
        int passed = 0;
        for (int i = 0; i < messages; i++) {
            boolean pass = from(place, initiation, begin + SECOND * i / messages) == HandshakeGate.Verdict.PASS;
            passed += pass ? 1 : 0;
        }
        return passed;
    }

    /** A source for each message, and others in another second. */
    private int forged(int messages, long begin) {
        int first = FORGED_SOURCES + (int) (begin / SECOND) * messages;
        MemorySegment message = MemorySegment.ofArray(initiation);
        int passed = 0;
        for (int i = 0; i < messages; i++) {
            HandshakeGate.Verdict verdict =
                    gate.direct(message, 0, initiation.length, 0, mapped(first + i), 1, begin + SECOND * i / messages);
            passed += verdict == HandshakeGate.Verdict.PASS ? 1 : 0;
        }
        return passed;
    }

    @Test
    void aFloodFromOneSourceIsCutToItsAllowanceAndLeavesOthersTheirs() {
        assertThat(passes(FLOODER, FLOOD, 0)).isBetween(256, 256 + 128);
        assertThat(passes(FLOODER, FLOOD, SECOND)).isBetween(127, 129);
        assertThat(passes(DEVICE, 20, SECOND)).isEqualTo(20);
        assertThat(passes(FLOODER, 20, 10 * SECOND)).isEqualTo(20);
    }

    @Test
    void aSourceIsAnIpv6NetworkWhateverItsLastBits() {
        int passed = 0;
        for (int i = 0; i < 10_000; i++) {
            Place one = new Place("2001:db8:0:1::" + Integer.toHexString(i), 1);
            passed += from(one, initiation, 0) == HandshakeGate.Verdict.PASS ? 1 : 0;
        }
        assertThat(passed).isEqualTo(256);
        assertThat(from(new Place("2001:db8:0:2::1", 1), initiation, 0)).isEqualTo(HandshakeGate.Verdict.PASS);
    }

    @Test
    void aFloodOfForgedSourcesIsCutToWhatTheControlAgentCanBear() {
        assertThat(forged(FLOOD, 0)).isBetween(1024, 2 * 1024);
        assertThat(forged(FLOOD, SECOND)).isBetween(1023, 1025);
    }

    @Test
    void whoTriesAgainWhenADeviceWouldGetsInThroughAFloodAndNoSooner() {
        for (int second = 0; second < 12; second++) {
            forged(FLOOD, second * SECOND);
            HandshakeGate.Verdict expected =
                    second == 5 || second == 10 ? HandshakeGate.Verdict.PASS : HandshakeGate.Verdict.EXCESS;
            assertThat(from(DEVICE, initiation, second * SECOND + SECOND / 2 + 1))
                    .as("after %d s", second)
                    .isEqualTo(expected);
        }
    }

    @Test
    void whatOtherEdgesPassOnHasABoundOfItsOwn() {
        forged(FLOOD, 0);
        int passed = 0;
        for (int i = 0; i < FLOOD; i++) {
            HandshakeGate.Verdict verdict = gate.passedOn(
                    MemorySegment.ofArray(initiation), 0, initiation.length, 0, mapped(FORGED_SOURCES), 1, SECOND);
            passed += verdict == HandshakeGate.Verdict.PASS ? 1 : 0;
        }
        assertThat(passed).isEqualTo(1024);
    }

    @Test
    void whoHasACookieIsLetInThroughAnyFloodFromWhereItWasGivenAndNowhereElse() {
        byte[] reply = sent(receive(pair.responder, initiation, DEVICE, 0));
        assertThat(receive(pair.initiator, reply, Pair.THERE, 0)).isEmpty();
        byte[] proven = sent(pair.initiator.tick(pair.initiator.nextTickNanos()));
        forged(FLOOD, 0);
        passes(DEVICE, FLOOD, 0);
        assertThat(from(DEVICE, initiation, SECOND)).isEqualTo(HandshakeGate.Verdict.EXCESS);
        assertThat(from(DEVICE, proven, SECOND)).isEqualTo(HandshakeGate.Verdict.PASS);
        assertThat(from(new Place(DEVICE.address(), 7), proven, SECOND)).isEqualTo(HandshakeGate.Verdict.EXCESS);
        byte[] bad = Wire.flipped(proven, 8 * Spec.INITIATION_SIZE - 1);
        assertThat(from(DEVICE, bad, SECOND)).isEqualTo(HandshakeGate.Verdict.EXCESS);
        byte[] stamped = proven.clone();
        Message.stampReserved(stamped, 0x010203);
        assertThat(from(DEVICE, stamped, SECOND)).isEqualTo(HandshakeGate.Verdict.PASS);
    }

    @Test
    void aFloodOfBadCookiesTakesNobodysTurnButThatOfGoodOnes() {
        byte[] bad = initiation.clone();
        bad[Spec.INITIATION_SIZE - 1] = 1;
        for (int i = 0; i < FLOOD; i++) {
            from(FLOODER, bad, 0);
        }
        assertThat(from(DEVICE, initiation, 0)).isEqualTo(HandshakeGate.Verdict.PASS);
    }

    @Test
    void whatIsNoHandshakeMessageOfOursIsRefused() {
        assertThat(from(DEVICE, Wire.flipped(initiation, 99), 0)).isEqualTo(HandshakeGate.Verdict.WRONG_MAC1);
        assertThat(from(DEVICE, Arrays.copyOf(initiation, 147), 0)).isEqualTo(HandshakeGate.Verdict.MALFORMED);
        assertThat(from(DEVICE, new byte[1], 0)).isEqualTo(HandshakeGate.Verdict.MALFORMED);
        byte[] cookie = new byte[Spec.COOKIE_REPLY_SIZE];
        cookie[0] = Spec.COOKIE_REPLY;
        assertThat(from(DEVICE, cookie, 0)).isEqualTo(HandshakeGate.Verdict.PASS);
    }

    @Test
    void nothingIsAllocatedForTheMessagesOfAFlood() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        forged(FLOOD, 0);
        long before = threads.getCurrentThreadAllocatedBytes();
        forged(FLOOD, SECOND);
        assertThat((threads.getCurrentThreadAllocatedBytes() - before) / FLOOD)
                .as("bytes for each")
                .isZero();
    }
}
