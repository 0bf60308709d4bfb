package weft.wireguard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static weft.wireguard.Pair.HERE;
import static weft.wireguard.Pair.THERE;
import static weft.wireguard.Wire.receive;
import static weft.wireguard.Wire.sent;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An edge whose devices go over from its old static key to its new one, at a time of their own. */
class TwoIdentitiesTest {
    private long clock;
    private final RecordingAead aead = new RecordingAead();
    private final Crypto crypto = new Crypto(aead, new ToyCurve(), new Blake2s());
    private final Handshakes edge = new Handshakes(crypto, TestFresh.seeded(1));
    private final PrivateKey oldKey = key(2);
    private final PrivateKey newKey = key(3);
    private final PublicKey oldPublic = oldKey.publicKey(crypto.curve());
    private final PublicKey newPublic = newKey.publicKey(crypto.curve());
    private final Handshakes one = device(4);
    private final Handshakes other = device(5);

    @BeforeEach
    void bothKeys() {
        edge.identity(oldKey);
        edge.addIdentity(newKey);
        edge.put(PeerConfig.of(key(one)), 0);
        edge.put(PeerConfig.of(key(other)), 0);
    }

    private static PrivateKey key(int seed) {
        return new PrivateKey(Secrets.random(TestFresh.seeded(seed)));
    }

    private Handshakes device(int seed) {
        Handshakes device = new Handshakes(crypto, new TestFresh(new Random(seed), () -> clock));
        device.identity(key(seed));
        for (PublicKey edges : List.of(oldPublic, newPublic)) {
            device.put(PeerConfig.of(edges).withEndpoint(THERE), 0);
        }
        return device;
    }

    private static PublicKey key(Handshakes device) {
        return device.publicKey().orElseThrow();
    }

    /** The device's sealer of a session that it begins, and that its first packet confirms. */
    private Sealer connect(Handshakes device, PublicKey to, long now) {
        clock = now;
        List<Event> answered = receive(edge, sent(device.initiate(to, now)), HERE, now);
        Opener opener = Wire.find(answered, Event.OpenerReady.class).opener();
        Sealer sealer = Wire.find(receive(device, sent(answered), THERE, now), Event.SealerReady.class)
                .sealer();
        assertThat(Wire.open(opener, Wire.seal(sealer, 16, now), now)).isEqualTo(16);
        assertThat(edge.confirmed(key(device), opener, now)).hasAtLeastOneElementOfType(Event.SealerReady.class);
        edge.roamed(key(device), HERE);
        return sealer;
    }

    private PeerStatus status(Handshakes device) {
        return edge.status(key(device)).orElseThrow();
    }

    @Test
    void aDeviceIsAnsweredUnderTheKeyThatItKnowsAndTheStatusSaysWhich() {
        assertThat(status(one).identity()).isEmpty();
        connect(one, oldPublic, 0);
        connect(other, newPublic, 0);
        assertThat(status(one).identity()).contains(oldPublic);
        assertThat(status(other).identity()).contains(newPublic);
        assertThat(edge.publicKeys()).containsExactly(oldPublic, newPublic);
    }

    @Test
    void theEdgesOwnInitiationsComeUnderTheKeyThatTheDeviceUses() {
        for (PublicKey used : edge.publicKeys()) {
            Handshakes device = used.equals(oldPublic) ? one : other;
            connect(device, used, 0);
            device.remove(used.equals(oldPublic) ? newPublic : oldPublic);
            byte[] initiation = sent(edge.initiate(key(device), Spec.REKEY_TIMEOUT));
            byte[] response = sent(receive(device, initiation, THERE, Spec.REKEY_TIMEOUT));
            assertThat(receive(edge, response, HERE, Spec.REKEY_TIMEOUT))
                    .hasAtLeastOneElementOfType(Event.SealerReady.class);
            assertThat(status(device).identity()).contains(used);
        }
    }

    @Test
    void addingAKeyEndsNothing() {
        edge.retireIdentity(newPublic);
        connect(one, oldPublic, 0);
        assertThat(edge.addIdentity(newKey)).isEmpty();
        assertThat(status(one).established()).isTrue();
        assertThat(edge.addIdentity(newKey)).as("once more").isEmpty();
        connect(other, newPublic, 0);
    }

    @Test
    void retiringAKeyEndsItsOwnSessionsOnly() {
        connect(one, oldPublic, 0);
        Sealer newSealer = connect(other, newPublic, 0);
        assertThat(edge.retireIdentity(oldPublic))
                .hasSize(2)
                .hasAtLeastOneElementOfType(Event.OpenerRetired.class)
                .contains(new Event.SealerRetired(key(one)));
        assertThat(status(one).identity()).isEmpty();
        assertThat(status(other).established()).isTrue();
        assertThat(Wire.sealed(newSealer, 16, 1)).isPositive();
        assertThat(receive(edge, sent(one.initiate(oldPublic, Spec.REKEY_TIMEOUT)), HERE, Spec.REKEY_TIMEOUT))
                .containsExactly(new Event.Rejected(Event.Reason.WRONG_MAC1));
        assertThat(edge.publicKey()).contains(newPublic);
    }

    @Test
    void aDeviceThatHasGoneOverKeepsItsNewSessionWhenTheOldKeyIsRetired() {
        connect(one, oldPublic, 0);
        connect(one, newPublic, Spec.REKEY_TIMEOUT);
        assertThat(status(one).identity()).contains(newPublic);
        assertThat(edge.retireIdentity(oldPublic)).singleElement().isInstanceOf(Event.OpenerRetired.class);
        assertThat(status(one).established()).isTrue();
    }

    @Test
    void anInitiationThatNobodyHasConfirmedDoesNotSayWhichKeyTheDeviceUses() {
        byte[] recorded = sent(one.initiate(newPublic, 0));
        connect(one, oldPublic, Spec.REKEY_TIMEOUT);
        edge.remove(key(one));
        edge.put(PeerConfig.of(key(one)), 0);
        assertThat(receive(edge, recorded, HERE, 0)).hasAtLeastOneElementOfType(Event.OpenerReady.class);
        assertThat(status(one).identity()).isEmpty();
    }

    @Test
    void anAttemptUnderARetiredKeyIsGivenUp() {
        connect(one, oldPublic, 0);
        edge.initiate(key(one), Spec.REKEY_TIMEOUT);
        edge.retireIdentity(oldPublic);
        assertThat(edge.nextTickNanos()).isNotEqualTo(Long.MAX_VALUE);
        assertThat(edge.tick(edge.nextTickNanos())).isEmpty();
        assertThat(edge.nextTickNanos()).as("nothing more to do").isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void thereAreTwoKeysAtMostAndNeitherIsAPeer() {
        PrivateKey third = key(6);
        assertThatThrownBy(() -> edge.addIdentity(third)).isInstanceOf(IllegalStateException.class);
        edge.put(PeerConfig.of(newPublic), 0);
        assertThat(edge.status(newPublic)).isEmpty();
        edge.retireIdentity(newPublic);
        edge.put(PeerConfig.of(newPublic), 0);
        edge.addIdentity(newKey);
        assertThat(edge.status(newPublic)).isEmpty();
    }

    @Test
    void howManyDevicesHaveASessionIsKnownWithoutCounting() {
        connect(one, oldPublic, 0);
        connect(other, newPublic, 0);
        connect(one, oldPublic, Spec.REKEY_TIMEOUT);
        assertThat(edge.established()).isEqualTo(2);
        edge.retireIdentity(newPublic);
        assertThat(edge.established()).isEqualTo(1);
        edge.remove(key(one));
        assertThat(edge.established()).isZero();
    }

    @Test
    void noKeyOfARetiredIdentityIsLeft() {
        connect(one, oldPublic, 0);
        connect(other, newPublic, 0);
        int before = aead.openKeys();
        edge.retireIdentity(oldPublic);
        assertThat(aead.openKeys()).isEqualTo(before - 2);
        edge.retireIdentity(newPublic);
        assertThat(aead.openKeys()).isEqualTo(before - 4);
        assertThat(receive(edge, sent(one.initiate(oldPublic, Spec.REKEY_TIMEOUT)), HERE, Spec.REKEY_TIMEOUT))
                .containsExactly(new Event.Rejected(Event.Reason.NO_IDENTITY));
    }
}
