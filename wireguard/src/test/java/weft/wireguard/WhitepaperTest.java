package weft.wireguard;

import static org.assertj.core.api.Assertions.assertThat;
import static weft.wireguard.Oracle.concat;
import static weft.wireguard.Oracle.mac;
import static weft.wireguard.Wire.find;
import static weft.wireguard.Wire.receive;
import static weft.wireguard.Wire.sent;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every byte that goes onto the wire, against the whitepaper written down a second time on BouncyCastle. */
class WhitepaperTest {
    private static final Place INITIATOR = new Place("192.0.2.1", 1111);
    private static final Place RESPONDER = new Place("2001:db8::2", 2222);

    private final Crypto crypto = Crypto.jdk();
    private byte[] si = new byte[32];
    private byte[] sr = new byte[32];
    private byte[] psk = new byte[32];
    private TestFresh initiatorFresh = TestFresh.seeded(1);
    private TestFresh responderFresh = TestFresh.seeded(2);
    private Handshakes initiator = new Handshakes(crypto, initiatorFresh);
    private Handshakes responder = new Handshakes(crypto, responderFresh);

    private void start(long seed, boolean withPsk, int reserved, int threshold) {
        Random random = new Random(seed);
        random.nextBytes(si);
        random.nextBytes(sr);
        if (withPsk) {
            random.nextBytes(psk);
        }
        initiatorFresh = TestFresh.seeded(seed + 1);
        responderFresh = TestFresh.seeded(seed + 2);
        initiator = new Handshakes(crypto, initiatorFresh);
        responder = new Handshakes(crypto, responderFresh, threshold);
        initiator.identity(new PrivateKey(si));
        responder.identity(new PrivateKey(sr));
        PresharedKey shared = new PresharedKey(psk);
        initiator.put(
                PeerConfig.of(new PublicKey(Oracle.dhPublic(sr)))
                        .withPresharedKey(shared)
                        .withReserved(reserved)
                        .withEndpoint(RESPONDER),
                0);
        responder.put(PeerConfig.of(new PublicKey(Oracle.dhPublic(si))).withPresharedKey(shared), 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
    void everyDatagramIsAsTheWhitepaperSays(int seed) {
        start(seed, seed % 2 == 0, 0, 500);
        byte[] initiation = sent(initiator.initiate(responder.publicKey().orElseThrow(), 0));
        // The jitter's four bytes are drawn after the ephemeral key.
        byte[] ei = initiatorFresh.last(32);
        List<Event> answered = receive(responder, initiation, INITIATOR, 0);
        byte[] response = sent(answered);
        List<Event> done = receive(initiator, response, RESPONDER, 0);
        Opener theirs = ((Event.OpenerReady) answered.get(0)).opener();
        Opener ours = find(done, Event.OpenerReady.class).opener();
        OracleHandshake oracle = OracleHandshake.of(new OracleHandshake.Inputs(
                si,
                sr,
                ei,
                responderFresh.last(32),
                psk,
                Tai64n.ofUnix(TestFresh.EPOCH).bytes(),
                ours.index(),
                theirs.index()));
        assertThat(initiation).isEqualTo(oracle.initiation());
        assertThat(response).isEqualTo(oracle.response());

        Sealer out = find(done, Event.SealerReady.class).sealer();
        byte[] packet = new byte[64];
        new Random(seed).nextBytes(packet);
        for (int counter = 0; counter < 3; counter++) {
            byte[] expected = OracleHandshake.transport(theirs.index(), counter, oracle.initiatorSends(), packet);
            assertThat(seal(out, packet)).isEqualTo(expected);
            assertThat(theirs.open(MemorySegment.ofArray(expected), 0, expected.length, buffer(), 0, 1))
                    .isEqualTo(64);
        }
        Sealer back = find(responder.confirmed(initiator.publicKey().orElseThrow(), theirs, 1), Event.SealerReady.class)
                .sealer();
        assertThat(seal(back, packet))
                .isEqualTo(OracleHandshake.transport(ours.index(), 0, oracle.responderSends(), packet));
        assertThat(seal(back, new byte[0]))
                .as("a keepalive")
                .isEqualTo(OracleHandshake.transport(ours.index(), 1, oracle.responderSends(), new byte[0]));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 0xa1b2c3})
    void aCookieAndTheMac2MadeFromItAreAsTheWhitepaperSays(int reserved) {
        start(9, true, reserved, 0);
        PublicKey peer = responder.publicKey().orElseThrow();
        byte[] initiation = sent(initiator.initiate(peer, 0));
        byte[] stamp = Arrays.copyOfRange(initiation, 1, 4);
        assertThat(stamp).containsExactly(reserved >> 16, reserved >> 8, reserved);
        byte[] bare = concat(new byte[] {1, 0, 0, 0}, Arrays.copyOfRange(initiation, 4, 148));
        byte[] mac1 = OracleHandshake.mac1(peer.bytes(), Arrays.copyOf(bare, 116));
        assertThat(Arrays.copyOfRange(initiation, 116, 132)).isEqualTo(mac1);
        byte[] reply = sent(receive(responder, initiation, INITIATOR, 0));

        byte[] cookie = mac(responderFresh.last(32), new byte[] {(byte) 192, 0, 2, 1, 1111 >> 8, (byte) 1111});
        byte[] expected = OracleHandshake.cookieReply(
                Message.index(initiation, Message.SENDER), peer.bytes(), responderFresh.last(24), mac1, cookie);
        System.arraycopy(stamp, 0, expected, 1, 3);
        assertThat(reply).isEqualTo(expected);

        assertThat(receive(initiator, reply, RESPONDER, 0)).isEmpty();
        byte[] again = sent(initiator.tick(initiator.nextTickNanos()));
        assertThat(Arrays.copyOfRange(again, 1, 4)).isEqualTo(stamp);
        byte[] withoutStamp = concat(new byte[] {1, 0, 0, 0}, Arrays.copyOfRange(again, 4, 132));
        assertThat(Arrays.copyOfRange(again, 132, 148)).isEqualTo(mac(cookie, withoutStamp));
    }

    private static byte[] seal(Sealer sealer, byte[] packet) {
        byte[] datagram = new byte[packet.length + Spec.TRANSPORT_OVERHEAD];
        sealer.seal(MemorySegment.ofArray(packet), 0, packet.length, MemorySegment.ofArray(datagram), 0, 1);
        return datagram;
    }

    private static MemorySegment buffer() {
        return MemorySegment.ofArray(new byte[64]);
    }
}
