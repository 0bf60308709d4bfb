package weft.wireguard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Tai64nTest {
    private static String hex(Tai64n stamp) {
        return HexFormat.of().formatHex(stamp.bytes());
    }

    private static Tai64n stamp(String hex) {
        return Tai64n.of(HexFormat.of().parseHex(hex));
    }

    @Test
    void theEpochIsTenSecondsIntoTai() {
        assertThat(hex(Tai64n.ofUnix(0))).isEqualTo("400000000000000a00000000");
    }

    @Test
    void stampsSortAsTimesDoAndAreNoFineClock() {
        Random random = new Random(3);
        for (int i = 0; i < 10_000; i++) {
            long time = random.nextLong(4_000_000_000_000_000_000L);
            Tai64n stamp = Tai64n.ofUnix(time);
            assertThat(Tai64n.ofUnix(time + Tuning.TIMESTAMP_GRAIN).isAfter(stamp))
                    .isTrue();
            assertThat(Tai64n.ofUnix(time - Math.floorMod(time, Tuning.TIMESTAMP_GRAIN)))
                    .isEqualTo(stamp);
        }
    }

    @Test
    void whateverComesFromOutsideSortsAsItsBytesDo() {
        Random random = new Random(4);
        byte[] one = new byte[12];
        byte[] other = new byte[12];
        for (int i = 0; i < 10_000; i++) {
            random.nextBytes(one);
            random.nextBytes(other);
            if (random.nextBoolean()) {
                System.arraycopy(one, 0, other, 0, 8);
            }
            assertThat(Integer.signum(Tai64n.of(one).compareTo(Tai64n.of(other))))
                    .isEqualTo(Integer.signum(Arrays.compareUnsigned(one, other)));
            assertThat(Tai64n.of(one).bytes()).isEqualTo(one);
        }
    }

    /** Also at a full second, and when the clock goes back. */
    @Test
    void everyStampIsAfterTheOneBefore() {
        assertThat(hex(stamp("400000000000000c3b9ac9ff").next(0))).isEqualTo("400000000000000d00000000");
        assertThat(hex(stamp("400000000000000cffffffff").next(0))).isEqualTo("400000000000000d00000000");
        Tai64n stamp = Tai64n.ofUnix(2_000_000_000L);
        for (int i = 0; i < 1000; i++) {
            Tai64n next = stamp.next(1_000_000_000L);
            assertThat(next.isAfter(stamp)).isTrue();
            stamp = next;
        }
    }
}
