package weft.wireguard;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** Text of allowed IPs from configuration files and the UAPI socket. */
class AllowedIpFuzzTest {
    @FuzzTest(maxDuration = "10s")
    void whatParsesPrintsAndParsesAgain(byte[] bytes) {
        AllowedIp parsed;
        try {
            parsed = AllowedIp.parse(new String(bytes, StandardCharsets.ISO_8859_1));
        } catch (IllegalArgumentException refused) {
            return;
        }
        assertThat(AllowedIp.parse(parsed.toString())).isEqualTo(parsed);
    }
}
