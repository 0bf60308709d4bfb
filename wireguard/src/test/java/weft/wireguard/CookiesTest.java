package weft.wireguard;

import static org.assertj.core.api.Assertions.assertThat;
import static weft.wireguard.Pair.HERE;
import static weft.wireguard.Pair.THERE;
import static weft.wireguard.Wire.receive;
import static weft.wireguard.Wire.sent;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Section 5.3 of the whitepaper: a responder under load. */
class CookiesTest {
    private static final Place ELSEWHERE = new Place("203.0.113.9", 3333);

    /** Always under load. */
    private final Pair pair = new Pair(0, 0);

    /** An initiation that carries a cookie for HERE; after it, this many more. */
    private byte[] proven() {
        byte[] reply = sent(receive(pair.responder, pair.initiation(0), HERE, 0));
        assertThat(reply[0]).isEqualTo((byte) Spec.COOKIE_REPLY);
        assertThat(receive(pair.initiator, reply, THERE, 0)).isEmpty();
        return again();
    }

    private byte[] again() {
        return sent(pair.initiator.tick(pair.initiator.nextTickNanos()));
    }

    @Test
    void underLoadOnlyASenderThatProvesItsAddressGetsAnAnswer() {
        byte[] initiation = proven();
        assertThat(sent(receive(pair.responder, initiation, ELSEWHERE, 1))[0])
                .as("to a wrong address")
                .isEqualTo((byte) Spec.COOKIE_REPLY);
        assertThat(sent(receive(pair.responder, initiation, new Place(HERE.address(), 9), 1))[0])
                .as("to a wrong port")
                .isEqualTo((byte) Spec.COOKIE_REPLY);
        assertThat(pair.aead.openKeys()).isZero();
        assertThat(receive(pair.responder, initiation, HERE, 1)).hasAtLeastOneElementOfType(Event.OpenerReady.class);
    }

    @Test
    void aCookieWorksOnlyForTheMessageThatItAnswers() {
        byte[] reply = sent(receive(pair.responder, pair.initiation(0), HERE, 0));
        byte[] later = again();
        assertThat(Message.part(later, 132, 16)).isEqualTo(new byte[16]);
        assertThat(receive(pair.initiator, reply, THERE, 0))
                .as("to the message before")
                .isEqualTo(List.of(new Event.Rejected(Event.Reason.UNCALLED_FOR)));
    }

    @Test
    void theSecretBehindTheCookiesChangesEveryTwoMinutes() {
        byte[] initiation = proven();
        assertThat(sent(receive(pair.responder, initiation, HERE, Spec.COOKIE_REFRESH_TIME))[0])
                .isEqualTo((byte) Spec.COOKIE_REPLY);
    }

    @Test
    void aCookieIsUsedForTwoMinutes() {
        proven();
        long last = 0;
        while (last < Spec.REKEY_ATTEMPT_TIME - 6 * World.SECOND) {
            last = pair.initiator.nextTickNanos();
            assertThat(Message.part(sent(pair.initiator.tick(last)), 132, 16)).isNotEqualTo(new byte[16]);
        }
        while (last < Spec.COOKIE_REFRESH_TIME) {
            pair.initiator.initiate(pair.responderKey, last);
            last = pair.initiator.nextTickNanos();
            byte[] mac2 = Message.part(sent(pair.initiator.tick(last)), 132, 16);
            assertThat(Secrets.isZero(mac2)).isEqualTo(last >= Spec.COOKIE_REFRESH_TIME);
        }
    }

    @Test
    void aSourceThatHasProvenItselfIsLimitedAllTheSame() {
        byte[] initiation = proven();
        for (int i = 0; i < Tuning.SOURCE_BURST; i++) {
            assertThat(receive(pair.responder, initiation, HERE, 1))
                    .doesNotContain(new Event.Rejected(Event.Reason.RATE_LIMITED));
        }
        assertThat(receive(pair.responder, initiation, HERE, 1))
                .containsExactly(new Event.Rejected(Event.Reason.RATE_LIMITED));
        assertThat(receive(pair.responder, initiation, HERE, 1 + Tuning.SOURCE_INTERVAL))
                .containsExactly(new Event.Rejected(Event.Reason.REPLAYED));
    }

    @Test
    void loadBeginsAboveTheThresholdAndEndsASecondAfterItIsOver() {
        LoadGuard guard = new LoadGuard(3);
        assertThat(guard.isUnderLoad(0)).isFalse();
        assertThat(guard.isUnderLoad(1)).isFalse();
        assertThat(guard.isUnderLoad(2)).isFalse();
        assertThat(guard.isUnderLoad(3)).isTrue();
        assertThat(guard.isUnderLoad(Tuning.LOAD_WINDOW)).isTrue();
        assertThat(guard.isUnderLoad(2 * Tuning.LOAD_WINDOW)).isFalse();
    }

    @Test
    void sourcesAreCountedByAddressOrIpv6NetworkAndBounded() {
        LoadGuard guard = new LoadGuard(0);
        for (int i = 0; i < Tuning.SOURCE_BURST; i++) {
            assertThat(guard.allows(new Place("2001:db8::" + i, i), 0)).isTrue();
        }
        assertThat(guard.allows(new Place("2001:db8::ffff", 0), 0)).isFalse();
        assertThat(guard.allows(new Place("2001:db8:0:1::", 0), 0)).isTrue();
        for (int i = 0; i < Tuning.LIMITED_SOURCES; i++) {
            guard.allows(new Place("10.0." + (i >> 8) + "." + (i & 255), 0), 0);
        }
        assertThat(guard.allows(new Place("2001:db8::ffff", 0), 0))
                .as("the least recent is forgotten")
                .isTrue();
    }
}
