package weft.wireguard;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KeyTest {
    @Test
    void equalBytesMakeEqualKeys() {
        assertThat(new PublicKey(new byte[32])).isEqualTo(new PublicKey(new byte[32]));
    }
}
