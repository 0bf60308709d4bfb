package weft.wireguard;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;

/** Genuine datagrams of a peer that counts as it likes. */
class CountersFuzzTest {
    private static final byte[] SECRET = new byte[32];

    /** Each eight bytes of input are a counter: every one opens once at most, whatever the order. */
    @FuzzTest(maxDuration = "10s")
    void noCounterOpensTwice(byte[] counters) {
        Opener opener = new Opener(new JdkAead().key(SECRET), 7, true, 0, new Traffic());
        Set<Long> opened = new HashSet<>();
        ByteBuffer input = ByteBuffer.wrap(counters);
        while (input.remaining() >= 8 && opened.size() < 64) {
            long counter = input.getLong();
            byte[] datagram = OracleHandshake.transport(7, counter, SECRET, new byte[16]);
            if (Wire.open(opener, datagram, 0) >= 0) {
                assertThat(opened.add(counter)).isTrue();
            }
        }
    }
}
