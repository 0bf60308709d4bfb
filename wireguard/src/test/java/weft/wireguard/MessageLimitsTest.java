package weft.wireguard;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** REKEY_AFTER_MESSAGES and REJECT_AFTER_MESSAGES of section 6.1. */
class MessageLimitsTest {
    private static final byte[] SECRET = new byte[32];

    private static Sealer sealer(boolean initiator, long counter) {
        return new Sealer(new JdkAead().key(SECRET), 7, 0, initiator, 0, counter, new Traffic());
    }

    private static Opener opener() {
        return new Opener(new JdkAead().key(SECRET), 7, true, 0, new Traffic());
    }

    @Test
    void eitherSideRekeysAfterTooManyMessagesAndAsksOnce() {
        for (boolean initiator : new boolean[] {true, false}) {
            Sealer sealer = sealer(initiator, Spec.REKEY_AFTER_MESSAGES - 1);
            Wire.seal(sealer, 16, 0);
            assertThat(sealer.takeRekeyDue()).isFalse();
            Wire.seal(sealer, 16, 0);
            assertThat(sealer.takeRekeyDue()).isTrue();
            Wire.seal(sealer, 16, 0);
            assertThat(sealer.takeRekeyDue()).isFalse();
        }
    }

    @Test
    void theLastCounterBeforeTheLimitIsTheLastThatIsSealed() {
        Sealer sealer = sealer(true, Spec.REJECT_AFTER_MESSAGES - 1);
        byte[] last = Wire.seal(sealer, 16, 0);
        assertThat(Wire.open(opener(), last, 0)).isEqualTo(16);
        assertThat(Wire.sealed(sealer, 16, 0)).isEqualTo(Sealer.SPENT);
        assertThat(Wire.sealed(sealer, 16, 0)).isEqualTo(Sealer.SPENT);
    }

    @Test
    void aGenuineDatagramPastTheLimitIsRefused() {
        byte[] past = OracleHandshake.transport(7, Spec.REJECT_AFTER_MESSAGES, SECRET, new byte[16]);
        byte[] before = OracleHandshake.transport(7, Spec.REJECT_AFTER_MESSAGES - 1, SECRET, new byte[16]);
        assertThat(Wire.open(opener(), past, 0)).isEqualTo(Opener.EXPIRED);
        assertThat(Wire.open(opener(), before, 0)).isEqualTo(16);
    }

    @Test
    void aForgedDatagramDoesNotMoveTheWindow() {
        Opener opener = opener();
        byte[] forged = Wire.flipped(OracleHandshake.transport(7, 1L << 40, SECRET, new byte[16]), 130);
        assertThat(Wire.open(opener, forged, 0)).isEqualTo(Opener.FORGED);
        assertThat(Wire.open(opener, OracleHandshake.transport(7, 0, SECRET, new byte[16]), 0))
                .isEqualTo(16);
        assertThat(Wire.open(opener, OracleHandshake.transport(7, 0, SECRET, new byte[16]), 0))
                .isEqualTo(Opener.REPLAY);
    }

    @Test
    void packetsArePaddedToSixteenButNotOverTheMtu() {
        assertThat(Sealer.padded(0, 1420)).isZero();
        assertThat(Sealer.padded(1, 1420)).isEqualTo(16);
        assertThat(Sealer.padded(16, 1420)).isEqualTo(16);
        assertThat(Sealer.padded(1409, 1420)).isEqualTo(1420);
        assertThat(Sealer.padded(1420, 1420)).isEqualTo(1420);
        assertThat(Sealer.padded(1500, 1420)).isEqualTo(1500);
    }
}
