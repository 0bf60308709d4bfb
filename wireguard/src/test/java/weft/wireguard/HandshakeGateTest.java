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
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HandshakeGateTest {
    private static final long SECOND = World.SECOND;
    private static final int FLOOD = 30_000;
    private static final int CLIENT = 0x010203;
    private static final int FORGED_SOURCES = 0x0a000000;
    private static final Place DEVICE = new Place("192.0.2.1", 1111);
    private static final Place FLOODER = new Place("198.51.100.9", 9999);

    /** Always under load. */
    private final Pair pair = new Pair(0, 0);

    private final byte[] initiation = pair.initiation(0);
    private List<HandshakeGate> gates = pair.responder.gates(1);

    private static HandshakeGate.Verdict from(HandshakeGate gate, Place place, byte[] datagram, long now) {
        ByteBuffer address =
                ByteBuffer.wrap(InetAddress.ofLiteral(place.address()).getAddress());
        boolean v4 = address.remaining() == 4;
        long high = v4 ? 0 : address.getLong();
        long low = v4 ? mapped(address.getInt()) : address.getLong();
        return gate.direct(MemorySegment.ofArray(datagram), 0, datagram.length, high, low, place.port(), now);
    }

    private HandshakeGate.Verdict from(Place place, byte[] datagram, long now) {
        return from(gates.getFirst(), place, datagram, now);
    }

    private static long mapped(int v4) {
        return 0xffffL << 32 | Integer.toUnsignedLong(v4);
    }

    /** Dealt out among the gates in turn. */
    private HandshakeGate gate(int number) {
        return gates.get(number % gates.size());
    }

    private int passes(Place place, byte[] datagram, int messages, long begin) {
        int passed = 0;
        for (int i = 0; i < messages; i++) {
            HandshakeGate.Verdict verdict = from(gate(i), place, datagram, begin + SECOND * i / messages);
            passed += verdict == HandshakeGate.Verdict.PASS ? 1 : 0;
        }
        return passed;
    }

    private int passes(Place place, int messages, long begin) {
        return passes(place, initiation, messages, begin);
    }

    /** A source for each message, and others in another second. */
    private int forged(byte[] datagram, int messages, long begin) {
        int first = FORGED_SOURCES + (int) (begin / SECOND) * messages;
        MemorySegment message = MemorySegment.ofArray(datagram);
        int passed = 0;
        for (int i = 0; i < messages; i++) {
            HandshakeGate.Verdict verdict =
                    gate(i).direct(message, 0, datagram.length, 0, mapped(first + i), 1, begin + SECOND * i / messages);
            passed += verdict == HandshakeGate.Verdict.PASS ? 1 : 0;
        }
        return passed;
    }

    private int forged(int messages, long begin) {
        return forged(initiation, messages, begin);
    }

    private int passedOn(byte[] datagram, int messages, long now) {
        int passed = 0;
        for (int i = 0; i < messages; i++) {
            HandshakeGate.Verdict verdict = gate(i).passedOn(
                            MemorySegment.ofArray(datagram), 0, datagram.length, 0, mapped(FORGED_SOURCES), 1, now);
            passed += verdict == HandshakeGate.Verdict.PASS ? 1 : 0;
        }
        return passed;
    }

    /** An initiation that bears the cookie for this place. */
    private byte[] proven(Place place) {
        byte[] reply = sent(receive(pair.responder, initiation, place, 0));
        assertThat(receive(pair.initiator, reply, Pair.THERE, 0)).isEmpty();
        return sent(pair.initiator.tick(pair.initiator.nextTickNanos()));
    }

    private static byte[] withBadMac2(byte[] message) {
        byte[] bad = message.clone();
        bad[bad.length - 1] = 1;
        return bad;
    }

    private static byte[] ofClient(int id, byte[] message) {
        byte[] stamped = message.clone();
        Message.stampReserved(stamped, id);
        return stamped;
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
        assertThat(passedOn(initiation, FLOOD, SECOND)).isEqualTo(1024);
    }

    @Test
    void whoHasACookieIsLetInThroughAnyFloodFromWhereItWasGivenAndNowhereElse() {
        byte[] proven = proven(DEVICE);
        forged(FLOOD, 0);
        passes(DEVICE, FLOOD, 0);
        assertThat(from(DEVICE, initiation, SECOND)).isEqualTo(HandshakeGate.Verdict.EXCESS);
        assertThat(from(DEVICE, proven, SECOND)).isEqualTo(HandshakeGate.Verdict.PASS);
        assertThat(from(new Place(DEVICE.address(), 7), proven, SECOND)).isEqualTo(HandshakeGate.Verdict.EXCESS);
        byte[] bad = Wire.flipped(proven, 8 * Spec.INITIATION_SIZE - 1);
        assertThat(from(DEVICE, bad, SECOND)).isEqualTo(HandshakeGate.Verdict.EXCESS);
        assertThat(from(DEVICE, ofClient(CLIENT, proven), SECOND)).isEqualTo(HandshakeGate.Verdict.PASS);
    }

    @Test
    void aFloodOfBadCookiesLeavesTheDoorOpenForGoodOnes() {
        byte[] proven = proven(DEVICE);
        forged(withBadMac2(initiation), 10_000, 0);
        from(DEVICE, initiation, SECOND); // for which there may have been room again
        assertThat(from(DEVICE, initiation, SECOND)).isEqualTo(HandshakeGate.Verdict.EXCESS);
        assertThat(from(DEVICE, proven, SECOND)).isEqualTo(HandshakeGate.Verdict.PASS);
    }

    @Test
    void aBadCookieIsWorthAsMuchAsNone() {
        byte[] bad = withBadMac2(initiation);
        assertThat(from(DEVICE, bad, 0)).isEqualTo(HandshakeGate.Verdict.PASS);
        for (int second = 0; second < 6; second++) {
            forged(FLOOD, second * SECOND);
            HandshakeGate.Verdict expected = second == 5 ? HandshakeGate.Verdict.PASS : HandshakeGate.Verdict.EXCESS;
            assertThat(from(DEVICE, bad, second * SECOND + SECOND / 2))
                    .as("after %d s", second)
                    .isEqualTo(expected);
        }
    }

    @Test
    void whatHasNotOurMac1CostsItsSourceNothing() {
        byte[] junk = Wire.flipped(initiation, 99);
        assertThat(passes(DEVICE, junk, FLOOD, 0)).isZero();
        assertThat(passes(DEVICE, new byte[99], FLOOD, 0)).isZero();
        assertThat(passes(DEVICE, 256, SECOND)).isEqualTo(256);
    }

    @Test
    void aSourceBeyondItsAllowanceGetsInByItsSecondTryAndByACookie() {
        byte[] proven = proven(DEVICE);
        Place other = new Place(DEVICE.address(), 9999);
        for (int second = 0; second < 6; second++) {
            passes(other, FLOOD, second * SECOND);
            long end = second * SECOND + SECOND / 2;
            HandshakeGate.Verdict expected = second == 5 ? HandshakeGate.Verdict.PASS : HandshakeGate.Verdict.EXCESS;
            assertThat(from(DEVICE, initiation, end)).as("after %d s", second).isEqualTo(expected);
            assertThat(from(DEVICE, proven, end)).isEqualTo(HandshakeGate.Verdict.PASS);
        }
    }

    @Test
    void aSourceThatTriesAgainFromAllItsPortsLeavesOthersTheirSecondTry() {
        for (int second = 0; second < 6; second++) {
            forged(FLOOD, second * SECOND);
            for (int port = 1; port <= 10_000; port++) {
                from(new Place(FLOODER.address(), port), initiation, second * SECOND + SECOND / 2);
            }
            HandshakeGate.Verdict expected = second == 5 ? HandshakeGate.Verdict.PASS : HandshakeGate.Verdict.EXCESS;
            assertThat(from(DEVICE, initiation, second * SECOND + SECOND / 2))
                    .as("after %d s", second)
                    .isEqualTo(expected);
        }
    }

    @Test
    void aSecondTryIsKnownByEveryThread() {
        gates = pair.responder.gates(4);
        forged(FLOOD, 0);
        assertThat(from(gates.getFirst(), DEVICE, initiation, SECOND / 2)).isEqualTo(HandshakeGate.Verdict.EXCESS);
        forged(FLOOD, 5 * SECOND);
        assertThat(from(gates.getLast(), DEVICE, initiation, 5 * SECOND + SECOND / 2))
                .isEqualTo(HandshakeGate.Verdict.PASS);
    }

    @Test
    void aTryFromANeighbouringNetworkIsNobodyElsesFirst() {
        forged(FLOOD, 0);
        assertThat(from(new Place("2001:db8::1", 1001), initiation, SECOND / 2))
                .isEqualTo(HandshakeGate.Verdict.EXCESS);
        forged(FLOOD, 5 * SECOND);
        assertThat(from(new Place("2001:db8:0:1::1", 1000), initiation, 5 * SECOND + SECOND / 2))
                .isEqualTo(HandshakeGate.Verdict.EXCESS);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void whatASourceAndAllTogetherMaySendIsTheSameForAnyNumberOfThreads(int threads) {
        gates = pair.responder.gates(threads);
        assertThat(passes(FLOODER, FLOOD, 0)).isBetween(256, 256 + 128);
        assertThat(forged(FLOOD, 10 * SECOND)).isBetween(2 * 1024 - threads, 2 * 1024);
    }

    @Test
    void thousandsOfResponsesFromOneAddressPassAndTakeNoInitiationsTurn() {
        Pair calm = new Pair();
        byte[] response = sent(receive(calm.responder, calm.initiation(0), Pair.HERE, 0));
        gates = calm.initiator.gates(1);
        for (int i = 0; i < 4000; i++) {
            assertThat(from(FLOODER, response, 0)).isEqualTo(HandshakeGate.Verdict.PASS);
        }
        assertThat(passes(FLOODER, response, FLOOD, 0)).isBetween(4096, 4096 + 96);
        assertThat(passedOn(response, FLOOD, 0)).isEqualTo(4096);
    }

    @Test
    void cookieRepliesTakeNobodyElsesTurn() {
        byte[] reply = new byte[Spec.COOKIE_REPLY_SIZE];
        reply[0] = Spec.COOKIE_REPLY;
        assertThat(passes(FLOODER, reply, FLOOD, 0)).isBetween(64, 2 * 64);
        assertThat(passes(FLOODER, 256, SECOND)).isEqualTo(256);
        assertThat(passedOn(initiation, FLOOD, SECOND)).isEqualTo(1024);
    }

    @Test
    void aFloodThatNamesOneClientLeavesOthersTheirRoomAndThatOneItsSecondTry() {
        byte[] named = ofClient(CLIENT, initiation);
        assertThat(from(DEVICE, initiation, 0)).isEqualTo(HandshakeGate.Verdict.PASS);
        for (int second = 0; second < 6; second++) {
            assertThat(forged(named, FLOOD, second * SECOND)).isBetween(4, 16 + 4);
            long end = second * SECOND + SECOND / 2;
            HandshakeGate.Verdict expected = second == 5 ? HandshakeGate.Verdict.PASS : HandshakeGate.Verdict.EXCESS;
            assertThat(from(DEVICE, named, end)).as("after %d s", second).isEqualTo(expected);
            assertThat(from(DEVICE, initiation, end)).isEqualTo(HandshakeGate.Verdict.PASS);
            assertThat(from(DEVICE, ofClient(CLIENT + 1, initiation), end)).isEqualTo(HandshakeGate.Verdict.PASS);
        }
        assertThat(passedOn(named, FLOOD, 0))
                .as("another edge has counted them")
                .isEqualTo(1024);
    }

    @Test
    void aHundredThousandSourcesASecondLeaveMostNewcomersTheirSecondTry() {
        int newcomers = 200;
        int passed = 0;
        for (int second = 0; second < 15; second++) {
            forged(100_000, second * SECOND);
            boolean isSecondTry = second >= 10;
            for (int i = 0; second >= 5 && i < newcomers; i++) {
                Place newcomer = new Place("2001:db8:" + Integer.toHexString(i) + "::1", 1024 + second % 5);
                HandshakeGate.Verdict verdict = from(newcomer, initiation, second * SECOND + SECOND / 2);
                passed += isSecondTry && verdict == HandshakeGate.Verdict.PASS ? 1 : 0;
            }
        }
        System.out.printf("%d of %d newcomers got in by their second try%n", passed, 5 * newcomers);
        assertThat(passed).isGreaterThan(5 * newcomers * 8 / 10);
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
