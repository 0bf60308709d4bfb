package weft.netio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** {@link TunWriter} with the kernel's part played by {@link Segmenter}. */
class TunWriterTest {
    private SplitOutput output = new SplitOutput();
    private TunWriter writer = new TunWriter(output, true, true);

    @BeforeEach
    void start() {
        output = new SplitOutput();
        writer = new TunWriter(output, true, true);
    }

    /** Some flows that take turns, any sizes, forgeries between them, and padding behind each packet. */
    @RepeatedTest(200)
    void whateverIsWrittenComesOutInOrderAndUnchanged(RepetitionInfo repetition) throws IOException {
        Random random = new Random(repetition.getCurrentRepetition());
        List<TestFlow> flows = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            flows.add(new TestFlow(random));
        }
        List<byte[]> expected = new ArrayList<>();
        TestFlow flow = flows.getFirst();
        for (int i = 0; i < 400; i++) {
            if (random.nextInt(8) == 0) {
                flow = flows.get(random.nextInt(3));
            }
            if (random.nextInt(10) == 0) {
                forge(random, 1 + random.nextInt(1500));
            }
            if (random.nextInt(40) == 0) {
                writer.flush();
            }
            byte[] packet = flow.next();
            write(packet, random);
            expected.add(packet);
        }
        writer.flush();
        for (int i = 0; i < expected.size(); i++) {
            assertThat(output.packets.get(i)).as("packet %d", i).isEqualTo(expected.get(i));
        }
        assertThat(output.packets).hasSameSizeAs(expected);
        assertThat(output.frames).isLessThan(expected.size());
    }

    @Test
    void oneFlowBecomesFullSuperPackets() throws IOException {
        for (int i = 0; i < 94; i++) {
            write(Packets.tcp(6, 0, i * 1360, Wire.ACK, new byte[12], new byte[1360]), new Random(i));
        }
        writer.flush();
        assertThat(output.packets).hasSize(94);
        assertThat(output.frames).isEqualTo(2);
    }

    @Test
    void aCorruptedSegmentLeavesAsItCame() throws IOException {
        byte[] good = Packets.tcp(4, 1, 0, Wire.ACK, new byte[0], new byte[500]);
        byte[] bad = Packets.tcp(4, 2, 500, Wire.ACK, new byte[0], new byte[500]);
        bad[300] ^= 1;
        write(good, new Random(1));
        write(bad, new Random(1));
        writer.flush();
        assertThat(output.packets).containsExactly(good, bad);
        assertThat(output.frames).isEqualTo(2);
    }

    @Test
    void anAcknowledgementIsNotHeldBack() throws IOException {
        write(Packets.tcp(4, 1, 0, Wire.ACK, new byte[0], new byte[0]), new Random(1));
        assertThat(output.packets).hasSize(1);
    }

    @Test
    void nothingIsJoinedWithoutOffload() throws IOException {
        writer = new TunWriter(output, false, false);
        for (int i = 0; i < 5; i++) {
            write(Packets.tcp(4, i, i * 10, Wire.ACK, new byte[0], new byte[10]), new Random(1));
            assertThat(output.frames).isEqualTo(i + 1);
        }
    }

    @Test
    void thePacketAfterAFailedWriteIsNotLost() throws IOException {
        byte[] first = Packets.tcp(4, 1, 0, Wire.ACK, new byte[0], new byte[100]);
        byte[] second = Packets.tcp(4, 1, 7_000, Wire.ACK, new byte[0], new byte[100]);
        write(first, new Random(1));
        output.failure = new ErrnoException("write", Errno.EBADFD);
        try {
            write(second, new Random(1));
        } catch (ErrnoException expected) {
            output.failure = null;
        }
        assertThat(output.failure).isNull();
        writer.flush();
        assertThat(output.packets).containsExactly(second);
    }

    @Test
    void morePacketThanIpAllowsIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> writer.reserve(65_536));
    }

    private void forge(Random random, int length) {
        Packets.put(Packets.random(random, length), writer.buffer(), writer.reserve(length));
        writer.cancel();
    }

    private void write(byte[] packet, Random random) throws IOException {
        long at = writer.reserve(packet.length + 16);
        Packets.put(packet, writer.buffer(), at);
        Packets.put(Packets.random(random, 16), writer.buffer(), at + packet.length);
        writer.commit(packet.length);
    }
}
