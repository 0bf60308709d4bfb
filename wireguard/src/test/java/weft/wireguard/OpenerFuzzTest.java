package weft.wireguard;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Transport datagrams from anybody. */
class OpenerFuzzTest {
    private static final byte[] SECRET = new byte[32];

    @FuzzTest(maxDuration = "10s")
    void noDatagramThrowsAndOnlyGenuineOnesOpen(byte[] datagram) {
        Opener opener = opener();
        MemorySegment out = MemorySegment.ofArray(new byte[datagram.length]);
        int length = opener.open(MemorySegment.ofArray(datagram), 0, datagram.length, out, 0, 0);
        if (length >= 0) {
            long counter = MemorySegment.ofArray(datagram)
                    .get(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 8);
            byte[] packet = out.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
            byte[] sealed = OracleHandshake.transport(7, counter, SECRET, packet);
            assertThat(Arrays.copyOfRange(datagram, 16, datagram.length))
                    .isEqualTo(Arrays.copyOfRange(sealed, 16, sealed.length));
        }
    }

    private static Opener opener() {
        return new Opener(new JdkAead().key(SECRET), 7, true, 0, new Traffic());
    }
}
