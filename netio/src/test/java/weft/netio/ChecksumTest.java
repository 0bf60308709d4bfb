package weft.netio;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChecksumTest {
    @Test
    void equalsTheSimpleImplementationForEveryLengthAndAlignment() {
        Random random = new Random(1);
        MemorySegment buffer = Packets.buffer(4096);
        for (int length = 0; length < 1500; length++) {
            int at = random.nextInt(16);
            byte[] bytes = Packets.random(random, length);
            Packets.put(bytes, buffer, at);
            assertThat(Checksum.finish(Checksum.sum(buffer, at, length, 0)))
                    .as("length %d at %d", length, at)
                    .isEqualTo(Packets.checksum(bytes, 0, length, 0));
        }
    }

    @Test
    void carriesOfTheGreatestSumAreFolded() {
        MemorySegment buffer = Packets.buffer(65_536);
        buffer.fill((byte) 0xff);
        assertThat(Checksum.fold(Checksum.sum(buffer, 0, 65_535, 0))).isEqualTo(0xff00);
        assertThat(Checksum.fold(Checksum.sum(buffer, 0, 65_534, 0))).isEqualTo(0xffff);
    }

    /** The example of RFC 1071 section 3. */
    @Test
    void knowsTheExampleOfTheRfc() {
        MemorySegment buffer = Packets.buffer(64);
        Packets.put(
                new byte[] {0x00, 0x01, (byte) 0xf2, 0x03, (byte) 0xf4, (byte) 0xf5, (byte) 0xf6, (byte) 0xf7},
                buffer,
                0);
        assertThat(Checksum.fold(Checksum.sum(buffer, 0, 8, 0))).isEqualTo(0xddf2);
    }
}
