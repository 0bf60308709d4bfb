package weft.wireguard;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class JdkAeadTest {
    private static final byte[] SECRET = new byte[] {
        1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30,
        31, 32
    };

    /** The JDK's cipher refuses to be initialised twice in a row with one nonce; a forger can have that happen. */
    @Test
    void aForgedDatagramDoesNotKeepTheGenuineOneOfTheSameCounterOut() {
        try (Aead.Key key = new JdkAead().key(SECRET)) {
            MemorySegment sealed = MemorySegment.ofArray(new byte[48]);
            key.seal(7, MemorySegment.ofArray(new byte[32]), 0, 32, sealed, 0);
            MemorySegment forged = MemorySegment.ofArray(new byte[48]);
            MemorySegment out = MemorySegment.ofArray(new byte[32]);
            assertThat(key.open(7, forged, 0, 48, out, 0)).isFalse();
            assertThat(key.open(7, forged, 0, 48, out, 0)).isFalse();
            assertThat(key.open(7, sealed, 0, 48, out, 0)).isTrue();
        }
    }

    @Test
    void aClosedKeyIsAllZero() {
        byte[] ofZeros = seal(new JdkAead().key(new byte[32]));
        Aead.Key closed = new JdkAead().key(SECRET);
        assertThat(seal(new JdkAead().key(SECRET))).isNotEqualTo(ofZeros);
        closed.close();
        assertThat(seal(closed)).isEqualTo(ofZeros);
    }

    private static byte[] seal(Aead.Key key) {
        byte[] out = new byte[48];
        key.seal(1, MemorySegment.ofArray(new byte[32]), 0, 32, MemorySegment.ofArray(out), 0);
        return out;
    }
}
