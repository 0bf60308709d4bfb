package weft.wireguard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Tai64nTest {
    @Test
    void theEpochIsTenSecondsIntoTai() {
        assertThat(HexFormat.of().formatHex(Tai64n.of(0))).isEqualTo("400000000000000a00000000");
    }

    @Test
    void stampsSortAsTimesDoAndAreNoFineClock() {
        Random random = new Random(3);
        for (int i = 0; i < 10_000; i++) {
            long time = random.nextLong(4_000_000_000_000_000_000L);
            byte[] stamp = Tai64n.of(time);
            assertThat(Tai64n.isAfter(Tai64n.of(time + Tuning.TIMESTAMP_GRAIN), stamp))
                    .isTrue();
            assertThat(Tai64n.of(time - Math.floorMod(time, Tuning.TIMESTAMP_GRAIN)))
                    .isEqualTo(stamp);
        }
    }

    /** Also at a full second, and when the clock goes back. */
    @Test
    void everyStampIsAfterTheOneBefore() {
        byte[] stamp = Tai64n.of(2_000_000_000L);
        byte[] endOfSecond = HexFormat.of().parseHex("400000000000000c3b9ac9ff");
        assertThat(HexFormat.of().formatHex(Tai64n.after(endOfSecond, 0))).isEqualTo("400000000000000d00000000");
        for (int i = 0; i < 1000; i++) {
            byte[] next = Tai64n.after(stamp, 1_000_000_000L);
            assertThat(Tai64n.isAfter(next, stamp)).isTrue();
            stamp = next;
        }
    }
}
