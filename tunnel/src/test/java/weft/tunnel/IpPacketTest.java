package weft.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class IpPacketTest {
    private static int length(int version, int field, int available) {
        ByteBuffer packet = ByteBuffer.allocate(200);
        packet.put(1, (byte) (version << 4));
        packet.putShort(version == 4 ? 3 : 5, (short) field);
        return IpPacket.length(MemorySegment.ofArray(packet.array()), 1, available);
    }

    @Test
    void paddingIsNotPartOfThePacket() {
        assertThat(length(4, 84, 96)).isEqualTo(84);
        assertThat(length(6, 44, 96)).isEqualTo(84);
        assertThat(length(4, 20, 20)).isEqualTo(20);
        assertThat(length(6, 0, 40)).isEqualTo(40);
    }

    @Test
    void whatIsNoWholePacketIsRefused() {
        assertThat(length(4, 84, 83)).isEqualTo(-1);
        assertThat(length(6, 44, 83)).isEqualTo(-1);
        assertThat(length(6, 0, 39)).isEqualTo(-1);
        assertThat(length(4, 19, 96)).isEqualTo(-1);
        assertThat(length(4, 84, 19)).isEqualTo(-1);
        assertThat(length(4, 0xffff, 96)).isEqualTo(-1);
        assertThat(length(6, 0xffff, 96)).isEqualTo(-1);
        assertThat(length(5, 84, 96)).isEqualTo(-1);
        assertThat(length(15, 84, 96)).isEqualTo(-1);
    }
}
