package weft.wireguard;

import static org.assertj.core.api.Assertions.assertThat;
import static weft.wireguard.Pair.HERE;
import static weft.wireguard.Pair.THERE;
import static weft.wireguard.Wire.flipped;
import static weft.wireguard.Wire.receive;
import static weft.wireguard.Wire.sent;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What strangers on the path send does nothing. */
class UnderAttackTest {
    private static final Place ELSEWHERE = new Place("203.0.113.9", 3333);
    private static final long LATER = 200_000_000L;

    private final Pair pair = new Pair();

    private static List<Event> rejected(Event.Reason reason) {
        return List.of(new Event.Rejected(reason));
    }

    @Test
    void aReplayedInitiationIsRefusedAndDisturbsNothing() {
        byte[] initiation = pair.initiation(0);
        byte[] response = sent(receive(pair.responder, initiation, HERE, 0));
        assertThat(receive(pair.responder, initiation, ELSEWHERE, LATER)).isEqualTo(rejected(Event.Reason.REPLAYED));
        assertThat(receive(pair.initiator, response, THERE, LATER)).hasAtLeastOneElementOfType(Event.SealerReady.class);
        assertThat(pair.responder.status(pair.initiatorKey).orElseThrow().endpoint())
                .as("an initiation alone moves no endpoint")
                .isEmpty();
    }

    @Test
    void initiationsOfOnePeerInQuickSuccessionAreDropped() {
        byte[] first = pair.initiation(0);
        byte[] second = sent(pair.initiator.tick(pair.initiator.nextTickNanos()));
        receive(pair.responder, first, HERE, 0);
        assertThat(receive(pair.responder, second, HERE, Tuning.INITIATION_SPACING - 1))
                .isEqualTo(rejected(Event.Reason.TOO_SOON));
        assertThat(receive(pair.responder, second, HERE, Tuning.INITIATION_SPACING))
                .hasAtLeastOneElementOfType(Event.OpenerReady.class);
    }

    @Test
    void noBitOfAnInitiationMayBeChanged() {
        byte[] initiation = pair.initiation(0);
        for (int bit = 32; bit < 8 * (Spec.INITIATION_SIZE - Spec.MAC_SIZE); bit++) {
            assertThat(receive(pair.responder, flipped(initiation, bit), HERE, 0))
                    .as("bit %d", bit)
                    .isEqualTo(rejected(Event.Reason.WRONG_MAC1));
        }
        assertThat(pair.aead.openKeys()).isZero();
    }

    @Test
    void whoKnowsOnlyOurPublicKeyCanForgeMac1ButNothingElse() {
        byte[] initiation = pair.initiation(0);
        byte[] response = sent(receive(pair.responder, initiation, HERE, 0));
        for (int at : new int[] {Message.RESPONSE_EPHEMERAL, Message.RESPONSE_EMPTY}) {
            byte[] forged = withMac1(flipped(response, 8 * at), pair.initiatorKey);
            assertThat(receive(pair.initiator, forged, THERE, 0)).isEqualTo(rejected(Event.Reason.FORGED));
        }
        for (int at :
                new int[] {Message.INITIATION_EPHEMERAL, Message.INITIATION_STATIC, Message.INITIATION_TIMESTAMP}) {
            byte[] forged = withMac1(flipped(initiation, 8 * at), pair.responderKey);
            assertThat(receive(pair.responder, forged, HERE, LATER)).isEqualTo(rejected(Event.Reason.FORGED));
        }
    }

    @Test
    void forgedMessagesLeaveALiveSessionAlone() {
        Pair.Session session = pair.establish(0);
        byte[] initiation = sent(pair.initiator.initiate(pair.responderKey, Spec.REKEY_TIMEOUT));
        byte[] forged = withMac1(flipped(initiation, 8 * Message.INITIATION_TIMESTAMP), pair.responderKey);
        assertThat(receive(pair.responder, forged, ELSEWHERE, LATER)).isEqualTo(rejected(Event.Reason.FORGED));
        byte[] foreign = withMac1(new byte[Spec.RESPONSE_SIZE], Spec.RESPONSE, pair.initiatorKey);
        assertThat(receive(pair.initiator, foreign, ELSEWHERE, LATER)).isEqualTo(rejected(Event.Reason.UNCALLED_FOR));
        Message.index(foreign, Message.RESPONSE_RECEIVER, session.backOpener().index());
        assertThat(receive(pair.initiator, withMac1(foreign, pair.initiatorKey), ELSEWHERE, LATER))
                .as("a response to the index of a live session")
                .isEqualTo(rejected(Event.Reason.UNCALLED_FOR));
        byte[] cookie = new byte[Spec.COOKIE_REPLY_SIZE];
        cookie[0] = Spec.COOKIE_REPLY;
        assertThat(receive(pair.initiator, cookie, ELSEWHERE, LATER)).isEqualTo(rejected(Event.Reason.UNCALLED_FOR));
        Message.index(cookie, Message.COOKIE_RECEIVER, Message.index(initiation, Message.SENDER));
        assertThat(receive(pair.initiator, cookie, ELSEWHERE, LATER)).isEqualTo(rejected(Event.Reason.FORGED));

        byte[] genuine = Wire.seal(session.forth(), 32, LATER);
        for (int bit = 64; bit < 8 * genuine.length; bit++) {
            assertThat(Wire.open(session.forthOpener(), flipped(genuine, bit), LATER))
                    .isLessThan(0);
        }
        assertThat(Wire.open(session.forthOpener(), genuine, LATER)).isEqualTo(32);
        assertThat(Wire.open(session.backOpener(), Wire.seal(session.back(), 16, LATER), LATER))
                .isEqualTo(16);
        assertThat(pair.initiator.status(pair.responderKey).orElseThrow().endpoint())
                .contains(THERE);
    }

    @Test
    void aForgedResponseDoesNotEndTheHandshakeThatWaitsForTheGenuineOne() {
        byte[] response = sent(receive(pair.responder, pair.initiation(0), HERE, 0));
        byte[] forged = withMac1(flipped(response, 8 * Message.RESPONSE_EMPTY), pair.initiatorKey);
        assertThat(receive(pair.initiator, forged, ELSEWHERE, 1)).isEqualTo(rejected(Event.Reason.FORGED));
        assertThat(receive(pair.initiator, response, THERE, 2)).hasAtLeastOneElementOfType(Event.SealerReady.class);
        assertThat(receive(pair.initiator, response, THERE, 3)).isEqualTo(rejected(Event.Reason.UNCALLED_FOR));
    }

    @Test
    void aGenuineResponseFromElsewhereMovesTheEndpoint() {
        byte[] response = sent(receive(pair.responder, pair.initiation(0), HERE, 0));
        assertThat(receive(pair.initiator, response, ELSEWHERE, 1))
                .contains(new Event.Moved(pair.responderKey, ELSEWHERE));
        assertThat(pair.initiator.status(pair.responderKey).orElseThrow().endpoint())
                .contains(ELSEWHERE);
    }

    @Test
    void aStrangerIsNamedAndMayBeAddedAndTriedAgain() {
        pair.responder.remove(pair.initiatorKey);
        byte[] initiation = pair.initiation(0);
        for (int i = 0; i < 2; i++) {
            Event.Stranger stranger = Wire.find(receive(pair.responder, initiation, HERE, 0), Event.Stranger.class);
            assertThat(stranger.key()).isEqualTo(pair.initiatorKey);
        }
        pair.responder.put(PeerConfig.of(pair.initiatorKey), 0);
        assertThat(receive(pair.responder, initiation, HERE, 0)).hasAtLeastOneElementOfType(Event.OpenerReady.class);
    }

    @Test
    void aHundredThousandHostileDatagramsThrowNothingAndLeaveNothingBehind() {
        Pair.Session session = pair.establish(0);
        byte[][] valid = {
            sent(pair.initiator.initiate(pair.responderKey, Spec.REKEY_TIMEOUT)),
            new byte[Spec.RESPONSE_SIZE],
            new byte[Spec.COOKIE_REPLY_SIZE],
            Wire.seal(session.forth(), 64, 1)
        };
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Random random = new Random(5);
        int count = 100_000;
        hostile(valid, session, random, count / 10);
        long before = threads.getCurrentThreadAllocatedBytes();
        hostile(valid, session, random, count);
        long each = (threads.getCurrentThreadAllocatedBytes() - before) / count;
        // The test's own copy of the datagram is within it.
        assertThat(each).as("bytes allocated for each").isLessThan(8192);
        assertThat(pair.responder.status()).hasSize(1);
        assertThat(pair.aead.openKeys()).isEqualTo(4);
    }

    private void hostile(byte[][] valid, Pair.Session session, Random random, int count) {
        for (int i = 0; i < count; i++) {
            byte[] datagram = mangled(valid[random.nextInt(valid.length)], random);
            if (datagram.length > 0 && datagram[0] == Spec.TRANSPORT) {
                assertThat(Wire.open(session.forthOpener(), datagram, 1)).isLessThan(0);
            } else {
                for (Event event : receive(pair.responder, datagram, ELSEWHERE, i * 10_000_000L)) {
                    assertThat(event).isInstanceOf(Event.Rejected.class);
                }
            }
        }
    }

    private static byte[] mangled(byte[] valid, Random random) {
        return switch (random.nextInt(3)) {
            case 0 -> Arrays.copyOf(valid, random.nextInt(valid.length));
            case 1 -> Arrays.copyOf(valid, valid.length + 1 + random.nextInt(1500));
            default -> flipped(valid, 64 + random.nextInt(8 * valid.length - 64 - 128));
        };
    }

    private static byte[] withMac1(byte[] message, int type, PublicKey receiver) {
        message[0] = (byte) type;
        return withMac1(message, receiver);
    }

    private static byte[] withMac1(byte[] message, PublicKey receiver) {
        int at = message.length - 2 * Spec.MAC_SIZE;
        Message.put(message, at, OracleHandshake.mac1(receiver.bytes(), Arrays.copyOf(message, at)));
        return message;
    }
}
