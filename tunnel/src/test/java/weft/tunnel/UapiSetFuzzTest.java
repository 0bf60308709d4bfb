package weft.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What comes over the UAPI socket. */
class UapiSetFuzzTest {
    @FuzzTest(maxDuration = "10s")
    void whatIsRefusedIsRefusedByItsKeyAlone(byte[] bytes) {
        List<String> lines =
                new String(bytes, StandardCharsets.US_ASCII).lines().toList();
        try {
            UapiSet.parse(lines);
        } catch (IllegalArgumentException refused) {
            assertThat(refused.getMessage()).doesNotContain("=");
        }
    }
}
