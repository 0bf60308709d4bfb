package weft.netio;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;

/** What must hold for any bytes; random tests and the fuzzer share it. */
final class OffloadFuzz {
    private OffloadFuzz() {}

    /** Splits the frame of that length at the buffer's start: packets lie in it, and are no more than its bytes. */
    static void splitStaysInside(MemorySegment buffer, int length) {
        Segmenter segmenter = new Segmenter(buffer);
        boolean valid = segmenter.frame(0, length);
        int packets = 0;
        while (segmenter.next()) {
            packets++;
            assertThat(segmenter.at()).isGreaterThanOrEqualTo(VnetHeader.SIZE);
            assertThat(segmenter.length()).isPositive();
            assertThat(segmenter.at() + segmenter.length()).isLessThanOrEqualTo(length);
        }
        assertThat(packets).isLessThanOrEqualTo(Math.max(0, length));
        assertThat(packets > 0).isEqualTo(valid);
    }
}
