package weft.wireguard;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import java.util.Random;

/**
 * Handshake datagrams from anybody, to somebody who has a live session and waits for a response. The first byte of the
 * input says what is mended before it is delivered, for no fuzzer guesses a MAC: 1: mac1, 2: the index that we wait for,
 * 4: we are under load.
 */
class HandshakesFuzzTest {
    private static final Place FROM = new Place("203.0.113.9", 3333);
    private static final long NOW = 10 * World.SECOND;

    @FuzzTest(maxDuration = "10s")
    void noDatagramThrowsOrEndsTheSession(byte[] input) {
        if (input.length == 0) {
            return;
        }
        int how = input[0];
        World world = new World(1, new ToyCurve());
        Handshakes theirs = new Handshakes(world.crypto, new TestFresh(new Random(2), () -> 0));
        Handshakes ours = new Handshakes(world.crypto, new TestFresh(new Random(3), () -> 0), (how & 4) != 0 ? 0 : 500);
        theirs.identity(new PrivateKey(key(1)));
        ours.identity(new PrivateKey(key(2)));
        PublicKey peer = theirs.publicKey().orElseThrow();
        theirs.put(PeerConfig.of(ours.publicKey().orElseThrow()).withEndpoint(FROM), 0);
        ours.put(PeerConfig.of(peer).withEndpoint(FROM), 0);
        byte[] response = Wire.sent(Wire.receive(theirs, Wire.sent(ours.initiate(peer, 0)), FROM, 0));
        Handshakes receiver = ours;
        if ((how & 4) == 0) {
            assertThat(Wire.receive(ours, response, FROM, 0)).hasAtLeastOneElementOfType(Event.SealerReady.class);
        }
        byte[] pending = (how & 4) == 0 ? Wire.sent(ours.initiate(peer, NOW)) : new byte[8];

        byte[] datagram = Arrays.copyOfRange(input, 1, input.length);
        mend(datagram, how, pending, ours.publicKey().orElseThrow());
        for (Event event : Wire.receive(receiver, datagram, FROM, NOW)) {
            assertThat(event)
                    .isInstanceOfAny(Event.Rejected.class, Event.Stranger.class, Event.Send.class)
                    .satisfies(HandshakesFuzzTest::onlyCookiesAreSent);
        }
        assertThat(ours.status(peer).orElseThrow().established()).isEqualTo((how & 4) == 0);
    }

    private static void onlyCookiesAreSent(Event event) {
        if (event instanceof Event.Send send) {
            assertThat(send.datagram()).hasSize(Spec.COOKIE_REPLY_SIZE);
        }
    }

    private static void mend(byte[] datagram, int how, byte[] pending, PublicKey receiver) {
        if ((how & 2) != 0 && datagram.length == Spec.RESPONSE_SIZE) {
            System.arraycopy(pending, Message.SENDER, datagram, Message.RESPONSE_RECEIVER, 4);
        }
        if ((how & 2) != 0 && datagram.length == Spec.COOKIE_REPLY_SIZE) {
            System.arraycopy(pending, Message.SENDER, datagram, Message.COOKIE_RECEIVER, 4);
        }
        int at = datagram.length - 2 * Spec.MAC_SIZE;
        if ((how & 1) != 0 && at >= 4) {
            byte[] covered = Arrays.copyOf(datagram, at);
            Message.stampReserved(covered, 0);
            Message.put(datagram, at, OracleHandshake.mac1(receiver.bytes(), covered));
        }
    }

    private static byte[] key(int seed) {
        byte[] key = new byte[32];
        new Random(seed).nextBytes(key);
        return key;
    }
}
