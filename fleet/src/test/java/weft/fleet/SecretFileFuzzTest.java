package weft.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Text that somebody put into the fleet's secret file. */
class SecretFileFuzzTest {
    private static final Pattern LONG_WORD = Pattern.compile("[A-Za-z0-9+/]{12,}");

    @FuzzTest(maxDuration = "10s")
    void whatParsesFormatsAndParsesAgainAndNoMessageQuotesASecret(byte[] bytes) {
        try {
            FleetSecret secret = SecretFile.parse(bytes);
            byte[] text = SecretFile.format(secret);
            assertThat(SecretFile.format(SecretFile.parse(text))).isEqualTo(text);
        } catch (IllegalArgumentException refused) {
            Matcher words = LONG_WORD.matcher(new String(bytes, StandardCharsets.ISO_8859_1));
            while (words.find()) {
                assertThat(refused.getMessage()).doesNotContain(words.group());
            }
        }
    }
}
