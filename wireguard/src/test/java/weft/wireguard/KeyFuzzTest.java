package weft.wireguard;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** Text of keys from configuration files. */
class KeyFuzzTest {
    @FuzzTest(maxDuration = "10s")
    void whatParsesPrintsAndParsesAgainAndNoMessageQuotesAKey(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        try {
            PublicKey key = PublicKey.parse(text);
            assertThat(PublicKey.parse(key.toString())).isEqualTo(key);
            PresharedKey.parse(text);
            PrivateKey.parse(text);
        } catch (IllegalArgumentException refused) {
            assertThat(String.valueOf(refused.getMessage()).contains(text) && text.length() > 8)
                    .isFalse();
        }
    }
}
