package weft.netio;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Hostile packets on their way to the TUN: joined where that is legal, and never changed. */
class JoinFuzzTest {
    private static final SplitOutput OUTPUT = new SplitOutput();
    private static final TunWriter WRITER = new TunWriter(OUTPUT, true, true);

    /** Packets of one flow, some bytes changed, with right checksums or wrong ones: joined and split they are the same. */
    @FuzzTest(maxDuration = "10s")
    void anyPacketsComeOutAsTheyWentIn(FuzzedDataProvider data) throws IOException {
        OUTPUT.packets.clear();
        List<byte[]> expected = new ArrayList<>();
        int version = data.consumeBoolean() ? 4 : 6;
        int protocol = data.consumeBoolean() ? Wire.TCP : Wire.UDP;
        int size = data.consumeInt(0, 80);
        byte[] options = new byte[4 * data.consumeInt(0, 10)];
        for (int i = 0; i < 40 && data.remainingBytes() > 0; i++) {
            byte[] packet = protocol == Wire.TCP
                    ? Packets.tcp(version, i, i * size, Wire.ACK, options, new byte[size])
                    : Packets.udp(version, i, new byte[size]);
            change(packet, version, protocol, data);
            long at = WRITER.reserve(packet.length + 16);
            Packets.put(packet, WRITER.buffer(), at);
            if (data.consumeInt(0, 9) == 0) {
                WRITER.cancel();
            } else {
                WRITER.commit(packet.length);
                expected.add(withoutMeaninglessId(packet));
            }
        }
        WRITER.flush();
        assertThat(OUTPUT.packets.stream().map(JoinFuzzTest::withoutMeaninglessId))
                .containsExactlyElementsOf(expected);
    }

    private static void change(byte[] packet, int version, int protocol, FuzzedDataProvider data) {
        for (int changes = data.consumeInt(0, 3); changes > 0; changes--) {
            packet[data.consumeInt(0, packet.length - 1)] = data.consumeByte();
        }
        if (data.consumeBoolean()) {
            Packets.fixChecksums(packet, version == 4 ? 20 : 40, protocol);
        }
    }

    /** The identifier of an IPv4 packet that must not be fragmented means nothing (RFC 6864 section 4.1). */
    private static byte[] withoutMeaninglessId(byte[] packet) {
        byte[] copy = packet.clone();
        if (copy[0] == 0x45 && (copy[6] & 0x40) != 0 && copy.length >= 20) {
            for (int i : new int[] {4, 5, 10, 11}) {
                copy[i] = 0;
            }
        }
        return copy;
    }
}
