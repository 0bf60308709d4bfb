package weft.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import weft.fleet.Forward.Verdict;

/** What anybody sends to the edges' port, and what an edge gone mad does. */
class ForwardFuzzTest {
    private static final byte[] SECRET = new byte[FleetSecret.SIZE];

    static {
        SECRET[0] = 1;
    }

    private final TagKeys keys = new TagKeys(1, FleetSecret.of(0, SECRET), (secret, label, n) -> secret.clone());

    @FuzzTest(maxDuration = "10s")
    void whatIsTaggedIsRefusedOrWrittenAsItIsRead(byte[] packet) {
        Forward forward = new Forward();
        MemorySegment segment = MemorySegment.ofArray(packet);
        tag(packet);
        if (forward.read(segment, 0, packet.length, keys) != Verdict.GENUINE) {
            return;
        }
        byte[] datagram = Arrays.copyOfRange(packet, (int) forward.datagramAt(), packet.length);
        assertThat(forward.datagramLength()).isEqualTo(datagram.length);
        byte[] written = new byte[packet.length];
        assertThat(forward.write(
                        MemorySegment.ofArray(datagram), 0, datagram.length, MemorySegment.ofArray(written), 0, keys))
                .isEqualTo(packet.length);
        Forward again = new Forward();
        assertThat(again.read(MemorySegment.ofArray(written), 0, written.length, keys))
                .isEqualTo(Verdict.GENUINE);
        assertThat(again).usingRecursiveComparison().isEqualTo(forward);
    }

    /** Puts the right tag where this packet should have one, if it is long enough. */
    private void tag(byte[] packet) {
        if (packet.length <= Gue.HOP_COUNT) {
            return;
        }
        int tagAt = Gue.tagAt(packet[Gue.HOP_COUNT] & 0xff);
        int headers = packet[Gue.PROTOCOL] == Gue.IPV6 ? Wire.V6_UDP : Wire.V4_UDP;
        if (packet.length >= tagAt + Gue.TAG + headers + Gue.TAGGED) {
            MemorySegment segment = MemorySegment.ofArray(packet);
            Wire.i64(segment, tagAt, Gue.tag(keys.key(0), segment, 0, tagAt, headers));
        }
    }
}
