package weft.wireguard;

import static org.assertj.core.api.Assertions.assertThat;
import static weft.wireguard.Pair.HERE;
import static weft.wireguard.Pair.THERE;
import static weft.wireguard.Wire.receive;
import static weft.wireguard.Wire.sent;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An ingress looks who it is that sends an initiation, before it decides whose it is to answer. */
class PeekTest {
    private static final int STAMP = 0x010203;

    private final CountingCurve curve = new CountingCurve(new ToyCurve());
    private final RecordingAead aead = new RecordingAead();
    private final Crypto crypto = new Crypto(aead, curve, new Blake2s());
    private final TestFresh fresh = TestFresh.seeded(1);
    private final PrivateKey key = key(2);
    private final PublicKey publicKey = key.publicKey(curve);
    private final Handshakes edge = new Handshakes(crypto, fresh);
    private final Handshakes device = device(3);

    @BeforeEach
    void identity() {
        edge.identity(key);
    }

    private static PrivateKey key(int seed) {
        return new PrivateKey(Secrets.random(TestFresh.seeded(seed)));
    }

    private Handshakes device(int seed) {
        Handshakes made = new Handshakes(new Crypto(aead, new ToyCurve(), new Blake2s()), TestFresh.seeded(seed));
        made.identity(key(seed));
        made.put(PeerConfig.of(publicKey).withEndpoint(THERE).withReserved(STAMP), 0);
        return made;
    }

    private static PublicKey key(Handshakes of) {
        return of.publicKey().orElseThrow();
    }

    private static Optional<OpenedInitiation> peek(Handshakes by, byte[] datagram) {
        return by.peek(MemorySegment.ofArray(datagram), 0, datagram.length);
    }

    @Test
    void itNamesTheSenderAndItsStampForOneAgreementAndChangesNothing() {
        byte[] initiation = sent(device.initiate(publicKey, 0));
        curve.agreements = 0;
        int randoms = fresh.copies.size();
        OpenedInitiation opened = peek(edge, initiation).orElseThrow();
        assertThat(curve.agreements).isEqualTo(1);
        assertThat(opened.peer()).isEqualTo(key(device));
        assertThat(opened.identity()).isEqualTo(publicKey);
        assertThat(opened.reserved()).isEqualTo(STAMP);
        assertThat(edge.status()).isEmpty();
        assertThat(fresh.copies).hasSize(randoms);
        assertThat(edge.nextTickNanos()).isEqualTo(Long.MAX_VALUE);
        edge.put(PeerConfig.of(key(device)), 0);
        assertThat(receive(edge, initiation, HERE, 0))
                .as("the same initiation, as if nobody had looked at it")
                .hasAtLeastOneElementOfType(Event.OpenerReady.class);
    }

    @Test
    void whatWasPeekedAtIsAnsweredWithoutBeingOpenedAgain() {
        edge.put(PeerConfig.of(key(device)), 0);
        Handshakes second = new Handshakes(crypto, fresh);
        second.identity(key);
        second.put(PeerConfig.of(key(device)), 0);
        byte[] initiation = sent(device.initiate(publicKey, 0));
        curve.agreements = 0;
        receive(second, initiation, HERE, 0);
        int whole = curve.agreements;
        curve.agreements = 0;
        List<Event> answered = edge.receive(peek(edge, initiation).orElseThrow(), HERE, 0);
        assertThat(curve.agreements).isEqualTo(whole);
        assertThat(sent(answered)[1]).as("the stamp of the response").isEqualTo((byte) 1);
        assertThat(receive(device, sent(answered), THERE, 0)).hasAtLeastOneElementOfType(Event.SealerReady.class);
    }

    @Test
    void itIsUsedUpByAnAnswer() {
        edge.put(PeerConfig.of(key(device)), 0);
        OpenedInitiation opened =
                peek(edge, sent(device.initiate(publicKey, 0))).orElseThrow();
        assertThat(edge.receive(opened, HERE, 0)).hasAtLeastOneElementOfType(Event.OpenerReady.class);
        assertThat(edge.receive(opened, HERE, World.SECOND)).containsExactly(new Event.Rejected(Event.Reason.FORGED));
    }

    @Test
    void aReplayIsNamedByPeekAndRefusedWhenItIsHandedIn() {
        edge.put(PeerConfig.of(key(device)), 0);
        byte[] initiation = sent(device.initiate(publicKey, 0));
        receive(edge, initiation, HERE, 0);
        assertThat(edge.receive(peek(edge, initiation).orElseThrow(), HERE, World.SECOND))
                .containsExactly(new Event.Rejected(Event.Reason.REPLAYED));
    }

    @Test
    void whatIsNoGenuineInitiationToUsIsNotOpened() {
        byte[] initiation = sent(device.initiate(publicKey, 0));
        for (int bit = 32; bit < 8 * (Spec.INITIATION_SIZE - Spec.MAC_SIZE); bit++) {
            assertThat(peek(edge, Wire.flipped(initiation, bit))).isEmpty();
        }
        byte[] forged = Wire.flipped(initiation, 8 * Message.INITIATION_STATIC);
        int at = Spec.INITIATION_SIZE - 2 * Spec.MAC_SIZE;
        byte[] covered = Message.part(forged, 0, at);
        Message.stampReserved(covered, 0);
        Message.put(forged, at, OracleHandshake.mac1(publicKey.bytes(), covered));
        assertThat(peek(edge, forged)).isEmpty();
        for (int length : new int[] {0, 1, 92, 147, 149, 1500}) {
            assertThat(peek(edge, Arrays.copyOf(initiation, length))).isEmpty();
        }
        edge.clearIdentity();
        assertThat(peek(edge, initiation)).isEmpty();
    }

    @Test
    void itIsWorthNothingOnceTheKeyThatItIsForHasBeenRetired() {
        edge.put(PeerConfig.of(key(device)), 0);
        OpenedInitiation opened =
                peek(edge, sent(device.initiate(publicKey, 0))).orElseThrow();
        edge.addIdentity(key(4));
        edge.retireIdentity(publicKey);
        assertThat(edge.receive(opened, HERE, 0)).containsExactly(new Event.Rejected(Event.Reason.NO_IDENTITY));
    }

    /** Each of them comes twice, so to say: as a stranger, and when it has been looked up. */
    @Test
    void aStrangerHandedInOnceMoreUnderLoadIsNotHeldAgainstItsSourceTwice() {
        Handshakes loaded = new Handshakes(crypto, fresh, 0);
        loaded.identity(key);
        List<Event.Stranger> strangers = new ArrayList<>();
        for (int i = 0; i < Tuning.SOURCE_BURST; i++) {
            Handshakes stranger = device(10 + i);
            byte[] cookie = sent(receive(loaded, sent(stranger.initiate(publicKey, 0)), HERE, 0));
            assertThat(receive(stranger, cookie, THERE, 0)).isEmpty();
            byte[] proven = sent(stranger.tick(stranger.nextTickNanos()));
            strangers.add(Wire.find(receive(loaded, proven, HERE, 1), Event.Stranger.class));
        }
        for (Event.Stranger stranger : strangers) {
            loaded.put(PeerConfig.of(stranger.key()), 1);
            assertThat(loaded.receive(stranger.initiation(), HERE, 1))
                    .hasAtLeastOneElementOfType(Event.OpenerReady.class);
        }
    }

    @Test
    void anIngressAsksForCookiesAlsoForWhatOthersWillAnswer() {
        Handshakes loaded = new Handshakes(crypto, fresh, 0);
        loaded.identity(key);
        byte[] initiation = sent(device.initiate(publicKey, 0));
        curve.agreements = 0;
        byte[] cookie = sent(admit(loaded, initiation, 0));
        assertThat(cookie).hasSize(Spec.COOKIE_REPLY_SIZE);
        assertThat(receive(device, cookie, THERE, 0)).isEmpty();
        byte[] proven = sent(device.tick(device.nextTickNanos()));
        assertThat(admit(loaded, proven, 1)).as("admitted").isEmpty();
        assertThat(admit(loaded, Wire.flipped(proven, 64), 1))
                .containsExactly(new Event.Rejected(Event.Reason.WRONG_MAC1));
        assertThat(admit(loaded, cookie, 1)).containsExactly(new Event.Rejected(Event.Reason.MALFORMED));
        assertThat(curve.agreements).isZero();
    }

    private static List<Event> admit(Handshakes by, byte[] datagram, long now) {
        return by.admit(MemorySegment.ofArray(datagram), 0, datagram.length, HERE, now);
    }

    @Test
    void nothingHostileMakesItThrow() {
        byte[] initiation = sent(device.initiate(publicKey, 0));
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            byte[] datagram = new byte[random.nextInt(200)];
            random.nextBytes(datagram);
            if (datagram.length > 0) {
                datagram[0] = (byte) random.nextInt(5);
            }
            assertThat(peek(edge, datagram)).isEmpty();
            assertThat(admit(edge, datagram, i)).singleElement().isInstanceOf(Event.Rejected.class);
        }
        assertThat(peek(edge, initiation)).isPresent();
    }
}
