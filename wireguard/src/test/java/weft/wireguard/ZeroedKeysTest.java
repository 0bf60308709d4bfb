package weft.wireguard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** No key outlives its use. */
class ZeroedKeysTest {
    private final Pair pair = new Pair();

    private void assertNothingLeft() {
        assertThat(pair.aead.openKeys()).isZero();
        assertThat(pair.aead.secrets).isNotEmpty().allMatch(Secrets::isZero);
        assertThat(pair.fresh.arrays.stream().filter(bytes -> bytes.length == Spec.KEY_SIZE))
                .as("ephemeral keys")
                .isNotEmpty()
                .allMatch(Secrets::isZero);
    }

    @Test
    void anEstablishedSessionLeavesNoEphemeralAndNoCopyOfItsKeys() {
        pair.establish(0);
        assertThat(pair.aead.openKeys()).isEqualTo(4);
        assertThat(pair.aead.secrets).hasSize(4).allMatch(Secrets::isZero);
        assertThat(pair.fresh.arrays.stream().filter(bytes -> bytes.length == Spec.KEY_SIZE))
                .hasSize(2)
                .allMatch(Secrets::isZero);
    }

    @Test
    void removingPeersZeroesTheirKeys() {
        Pair.Session session = pair.establish(0);
        pair.initiator.initiate(pair.responderKey, Spec.REKEY_TIMEOUT);
        assertThat(pair.initiator.remove(pair.responderKey))
                .containsExactly(
                        new Event.OpenerRetired(pair.responderKey, session.backOpener()),
                        new Event.SealerRetired(pair.responderKey));
        pair.responder.remove(pair.initiatorKey);
        assertThat(Wire.sealed(session.forth(), 16, 1)).isEqualTo(Sealer.SPENT);
        assertThat(Wire.open(session.backOpener(), new byte[48], 1)).isEqualTo(Opener.EXPIRED);
        assertNothingLeft();
    }

    @Test
    void closingZeroesEverything() {
        pair.establish(0);
        pair.initiator.initiate(pair.responderKey, Spec.REKEY_TIMEOUT);
        pair.initiator.close();
        pair.responder.close();
        assertNothingLeft();
        assertThat(pair.initiator.nextTickNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void anotherIdentityEndsAllSessions() {
        pair.establish(0);
        pair.responder.close();
        List<Event> events = pair.initiator.identity(new PrivateKey(new byte[32]));
        assertThat(events).hasAtLeastOneElementOfType(Event.OpenerRetired.class);
        assertNothingLeft();
    }

    @Test
    void aSessionIsZeroedWhenItsTimeIsOver() {
        pair.establish(0);
        pair.initiator.tick(Spec.REJECT_AFTER_TIME);
        pair.responder.tick(Spec.REJECT_AFTER_TIME);
        pair.initiator.close();
        assertThat(pair.aead.openKeys()).isZero();
    }

    @Test
    void aPrivateKeyIsZeroOnceClosed() {
        byte[] ones = new byte[32];
        ones[5] = 1;
        PrivateKey key = new PrivateKey(ones);
        key.close();
        assertThat(key.bytes()).isEqualTo(new byte[32]);
        PresharedKey shared = new PresharedKey(ones);
        shared.close();
        assertThat(shared.isNone()).isTrue();
    }
}
