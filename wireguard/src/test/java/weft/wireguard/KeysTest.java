package weft.wireguard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeysTest {
    private static final String KEY = "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE=";

    @Test
    void aKeyIsReadAndPrintedAsWgDoes() {
        assertThat(PublicKey.parse(" " + KEY + "\n")).hasToString(KEY);
        assertThat(PresharedKey.parse(KEY).bytes()).containsOnly('a').hasSize(32);
        assertThat(PrivateKey.parse(KEY).bytes()).startsWith('a' & 0xf8).endsWith(('a' & 0x7f) | 0x40);
    }

    /** The second lacks its padding, which the JDK would forgive. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE",
                "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYW*=",
                "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFh",
                "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYQ=="
            })
    void whatIsNoKeyIsRefusedWithoutQuotingIt(String text) {
        assertThatThrownBy(() -> PrivateKey.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("a private key ")
                .hasMessageNotContaining("YWFh")
                .hasNoCause();
    }
}
