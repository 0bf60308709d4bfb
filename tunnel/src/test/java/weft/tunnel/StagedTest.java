package weft.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class StagedTest {
    private final Staged staged = new Staged();

    @Test
    void packetsAreCopiedAndLeaveInOrder() {
        byte[] buffer = {9, 1, 2, 9};
        assertThat(staged.add(MemorySegment.ofArray(buffer), 1, 2)).isTrue();
        buffer[1] = 7;
        assertThat(staged.add(MemorySegment.ofArray(buffer), 1, 1)).isTrue();
        assertThat(staged.peek()).containsExactly(1, 2);
        staged.removeFirst();
        assertThat(staged.peek()).containsExactly(7);
    }

    @Test
    void theOldestGivesWayAndClearingCounts() {
        for (int i = 0; i <= Tuning.STAGED_PACKETS; i++) {
            boolean room = staged.add(MemorySegment.ofArray(new byte[] {(byte) i}), 0, 1);
            assertThat(room).isEqualTo(i < Tuning.STAGED_PACKETS);
        }
        assertThat(staged.peek()).containsExactly(1);
        assertThat(staged.clear()).isEqualTo(Tuning.STAGED_PACKETS);
        assertThat(staged.isEmpty()).isTrue();
        assertThat(staged.peek()).isNull();
    }
}
