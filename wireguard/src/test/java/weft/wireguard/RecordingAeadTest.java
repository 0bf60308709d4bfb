package weft.wireguard;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/** What the randomised runs rely on: the recorder would notice. */
class RecordingAeadTest {
    private final RecordingAead aead = new RecordingAead();

    private static void seal(Aead.Key key, long counter) {
        MemorySegment in = MemorySegment.ofArray(new byte[16]);
        key.seal(counter, in, 0, 16, MemorySegment.ofArray(new byte[32]), 0);
    }

    @Test
    void aNonceThatTwoEdgesUseWithOneKeyIsNoticed() {
        byte[] secret = new byte[32];
        Aead.Key one = aead.key(secret);
        Aead.Key other = aead.key(secret.clone());
        seal(one, 7);
        assertThatCode(() -> seal(other, 8)).doesNotThrowAnyException();
        assertThatThrownBy(() -> seal(other, 7)).isInstanceOf(AssertionError.class);
        secret[0] = 1;
        assertThatCode(() -> seal(aead.key(secret), 7)).doesNotThrowAnyException();
    }
}
