package weft.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** What another edge, of whatever version, says. */
class MeshMessageFuzzTest {
    @FuzzTest(maxDuration = "10s")
    void whatDecodesEncodesToTheSameBytes(byte[] message) {
        MeshMessage.decode(message)
                .ifPresent(decoded -> assertThat(decoded.encode()).isEqualTo(message));
    }
}
