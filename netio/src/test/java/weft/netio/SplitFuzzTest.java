package weft.netio;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Hostile frames off the TUN: whatever the bytes, nothing is read or made outside them. */
class SplitFuzzTest {
    private static final MemorySegment FRAME = Packets.buffer(VnetHeader.SIZE + 65_536 + Segmenter.PADDING);

    @FuzzTest(maxDuration = "10s")
    void anyFrameIsSplitWithinItsBounds(byte[] frame) {
        int length = Math.min(frame.length, VnetHeader.SIZE + 65_535);
        MemorySegment.copy(frame, 0, FRAME, ValueLayout.JAVA_BYTE, 0, length);
        OffloadFuzz.splitStaysInside(FRAME, length);
    }
}
