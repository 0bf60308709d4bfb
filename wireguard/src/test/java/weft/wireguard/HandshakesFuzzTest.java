package weft.wireguard;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Handshake datagrams from anybody, to somebody who has a live session and waits for a response. The first byte of the
 * input says what is mended before it is delivered, for no fuzzer guesses a MAC: 1: mac1, 2: the index that we wait for,
 * 4: we are under load.
 */
class HandshakesFuzzTest {
    private static final Place FROM = new Place("203.0.113.9", 3333);
    private static final long NOW = 10 * World.SECOND;

    /** Made once: nothing that a fuzzer can send changes them, and that is checked each time. */
    private static final Target QUIET = new Target(Integer.MAX_VALUE);

    private static final Target LOADED = new Target(1);

    @FuzzTest(maxDuration = "10s")
    void noDatagramThrowsOrEndsTheSession(byte[] input) {
        if (input.length > 0) {
            boolean loaded = (input[0] & 4) != 0;
            (loaded ? LOADED : QUIET).receive(Arrays.copyOfRange(input, 1, input.length), input[0]);
        }
    }

    private static final class Target {
        private final Handshakes ours;
        private final Mac1Check check;
        private final PublicKey key;
        private final PublicKey peer;
        private final byte[] pending;

        Target(int loadThreshold) {
            Crypto crypto = new Crypto(new JdkAead(), new ToyCurve(), new Blake2s());
            Handshakes theirs = new Handshakes(crypto, TestFresh.seeded(2));
            ours = new Handshakes(crypto, TestFresh.seeded(3), loadThreshold);
            check = ours.mac1Check();
            theirs.identity(new PrivateKey(secret(1)));
            ours.identity(new PrivateKey(secret(2)));
            ours.addIdentity(new PrivateKey(secret(3)));
            key = ours.publicKey().orElseThrow();
            peer = theirs.publicKey().orElseThrow();
            theirs.put(PeerConfig.of(key).withEndpoint(FROM), 0);
            ours.put(PeerConfig.of(peer).withEndpoint(FROM), 0);
            Wire.receive(ours, Wire.sent(Wire.receive(theirs, Wire.sent(ours.initiate(peer, 0)), FROM, 0)), FROM, 0);
            pending = Wire.sent(ours.initiate(peer, NOW));
        }

        void receive(byte[] datagram, int how) {
            mend(datagram, how);
            MemorySegment in = MemorySegment.ofArray(datagram);
            boolean opened = ours.peek(in, 0, datagram.length).isPresent();
            assertThat(check.isValid(in, 0, datagram.length) || !opened).isTrue();
            List<Event> events = Wire.receive(ours, datagram, FROM, NOW);
            for (Event event : events) {
                if (event instanceof Event.Send send) {
                    assertThat(send.datagram()).as("a cookie reply").hasSize(Spec.COOKIE_REPLY_SIZE);
                } else {
                    assertThat(event).isInstanceOfAny(Event.Rejected.class, Event.Stranger.class);
                }
            }
            assertThat(ours.status(peer).orElseThrow().established()).isTrue();
        }

        private void mend(byte[] datagram, int how) {
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
                Message.put(datagram, at, OracleHandshake.mac1(key.bytes(), covered));
            }
        }
    }

    private static byte[] secret(int seed) {
        byte[] key = new byte[32];
        new Random(seed).nextBytes(key);
        return key;
    }
}
