package weft.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecretFileTest {
    private static final String ONE = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
    private static final String TWO = "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=";

    private static FleetSecret parse(String text) {
        return SecretFile.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void linesHoldADayAndASecret() {
        FleetSecret secret = parse("# ours\n\n0 " + ONE + "\r\n \t20500\t" + TWO + " \n  # end");
        assertThat(secret.count()).isEqualTo(2);
        assertThat(secret.fromDay(0)).isZero();
        assertThat(secret.secret(0)).hasSize(32).containsOnly(1);
        assertThat(secret.fromDay(1)).isEqualTo(20_500);
        assertThat(secret.secret(1)).hasSize(32).containsOnly(2);
    }

    @Test
    void whatIsFormattedParses() {
        FleetSecret secret = parse("0 " + ONE + "\n106751 " + TWO);
        byte[] text = SecretFile.format(secret);
        assertThat(new String(text, StandardCharsets.US_ASCII))
                .startsWith("# ")
                .endsWith("\n0 " + ONE + "\n106751 " + TWO + "\n");
        FleetSecret again = SecretFile.parse(text);
        assertThat(again).hasToString(secret.toString());
        assertThat(again.secret(1)).isEqualTo(secret.secret(1));
    }

    @Test
    void aFileWithoutASecretIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> parse("")).withMessage("there is no secret");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse("# nothing\n"))
                .withMessage("there is no secret");
    }

    /** A secret stands in the place of @. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    @            | a day and the base64 of 32 bytes are expected, and nothing else
                    5            | a day and the base64 of 32 bytes are expected, and nothing else
                    5 @ @        | a day and the base64 of 32 bytes are expected, and nothing else
                    @ 5          | a line starts with a day, which is a whole number of days since 1970 such as 20000
                    -5 @         | a line starts with a day, which is a whole number of days since 1970 such as 20000
                    2026-01-01 @ | a line starts with a day, which is a whole number of days since 1970 such as 20000
                    1234567 @    | a line starts with a day, which is a whole number of days since 1970 such as 20000
                    999999 @     | a day is from 0 to 106751: 999999
                    3 @          | a secret comes after the one before, that of day 4: 3
                    4 @          | a secret comes after the one before, that of day 4: 4
                    5 @=         | after the day, a secret of 44 characters of base64 is expected
                    5 !@         | after the day, a secret of 44 characters of base64 is expected
                    5 AQEB       | after the day, a secret of 44 characters of base64 is expected
                    5 !QEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE= \
                                 | after the day, a secret of 44 characters of base64 is expected
                    5 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= \
                                 | a secret is random, and this one is all zeros
                    """)
    void whatIsWrongIsSaidWithItsLineAndWithoutASecret(String line, String reason) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse("# first\n4 " + TWO + "\n\n" + line.replace("@", ONE) + "\n"))
                .withMessage("line 4: " + reason)
                .withNoCause();
    }
}
