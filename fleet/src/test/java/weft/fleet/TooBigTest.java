package weft.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TooBigTest {
    private static final int PORT = 2408;
    private static final int OURS4 = 0xcb007101;
    private static final int CLIENT4 = 0xc0000205;
    private static final long MAPPED = 0xffffL << 32 | Integer.toUnsignedLong(OURS4);
    private static final long HIGH = 0x20010db800010000L;

    /** From a router to us: type 3, code 4, then the head of what we sent. */
    private static byte[] v4() {
        ByteBuffer packet = ByteBuffer.allocate(56);
        packet.put(0, (byte) 0x45).put(9, (byte) 1).putInt(16, OURS4);
        packet.put(20, (byte) 3).put(21, (byte) 4).putShort(26, (short) 1400);
        packet.put(28, (byte) 0x45)
                .putShort(30, (short) 1480)
                .put(37, (byte) 17)
                .putInt(40, OURS4)
                .putInt(44, CLIENT4);
        packet.putShort(48, (short) PORT).putShort(50, (short) 4000);
        return packet.array();
    }

    private static byte[] v6() {
        ByteBuffer packet = ByteBuffer.allocate(1280);
        packet.put(0, (byte) 0x60).put(6, (byte) 58).putLong(24, HIGH).putLong(32, 1);
        packet.put(40, (byte) 2).putInt(44, 1400);
        packet.put(48, (byte) 0x60)
                .putShort(52, (short) 1440)
                .put(54, (byte) 17)
                .putLong(56, HIGH)
                .putLong(64, 1);
        packet.putLong(72, HIGH).putLong(80, 7).putShort(88, (short) PORT).putShort(90, (short) 4000);
        return packet.array();
    }

    private static boolean concerns4(byte[] packet) {
        return TooBig.read(packet)
                .filter(error -> error.isFrom(0, MAPPED, PORT))
                .isPresent();
    }

    private static boolean concerns6(byte[] packet) {
        return TooBig.read(packet).filter(error -> error.isFrom(HIGH, 1, PORT)).isPresent();
    }

    private static byte[] with(byte[] packet, int at, int value) {
        packet[at] = (byte) value;
        return packet;
    }

    @Test
    void whatSaysThatADatagramOfOursIsTooBigConcernsUs() {
        assertThat(concerns4(v4())).isTrue();
        assertThat(concerns6(v6())).isTrue();
        assertThat(concerns4(v6())).isFalse();
        assertThat(concerns6(v4())).isFalse();
    }

    @Test
    void itSaysWhereTheDatagramWasToGoAndWhatFits() {
        assertThat(TooBig.read(v4()))
                .contains(new TooBig(0, MAPPED, PORT, 0, 0xffffL << 32 | Integer.toUnsignedLong(CLIENT4), 4000, 1400));
        assertThat(TooBig.read(v6())).contains(new TooBig(HIGH, 1, PORT, HIGH, 7, 4000, 1400));
    }

    @Test
    void noRouterMeansOneAboutAPacketThatFits() {
        assertThat(concerns4(with(with(v4(), 30, 1400 >> 8), 31, 1400 & 0xff))).isFalse();
        assertThat(concerns4(with(with(v4(), 30, 1401 >> 8), 31, 1401 & 0xff))).isTrue();
        assertThat(concerns6(with(with(v6(), 52, 1360 >> 8), 53, 1360 & 0xff))).isFalse();
        assertThat(concerns6(with(with(v6(), 52, 1361 >> 8), 53, 1361 & 0xff))).isTrue();
        assertThat(concerns6(with(v6(), 44, 0xff))).as("4 GB fit").isFalse();
    }

    @Test
    void whatSaysAnythingElseDoesNot() {
        assertThat(concerns4(with(v4(), 21, 3))).as("port unreachable").isFalse();
        assertThat(concerns4(with(v4(), 20, 11))).as("time exceeded").isFalse();
        assertThat(concerns4(with(v4(), 37, 6))).as("about TCP").isFalse();
        assertThat(concerns4(with(v4(), 43, 2))).as("about another's packet").isFalse();
        assertThat(concerns4(with(v4(), 49, 0))).as("about another port").isFalse();
        assertThat(concerns4(with(v4(), 19, 2))).as("to another").isFalse();
        assertThat(concerns4(with(v4(), 6, 0x20))).as("in fragments").isFalse();
        assertThat(concerns6(with(v6(), 40, 1))).as("unreachable").isFalse();
        assertThat(concerns6(with(v6(), 71, 2))).as("about another's packet").isFalse();
        assertThat(concerns6(with(v6(), 89, 0))).as("about another port").isFalse();
    }

    @Test
    void theFirstFragmentOfADatagramOfOursIsOursAndNoOther() {
        byte[] first = v6();
        first[54] = 44;
        first[88] = 17;
        first[89] = 0;
        ByteBuffer.wrap(first).putShort(90, (short) 1).putShort(96, (short) PORT);
        assertThat(concerns6(first)).isTrue();
        ByteBuffer.wrap(first).putShort(90, (short) 0x0500);
        assertThat(concerns6(first)).isFalse();
    }

    @Test
    void packetsThatAreCutOrGarbledThrowNothing() {
        Random random = new Random(4);
        for (byte[] whole : new byte[][] {v4(), v6()}) {
            for (int length = 0; length < 120 && length <= whole.length; length++) {
                boolean known = concerns4(Arrays.copyOf(whole, length)) || concerns6(Arrays.copyOf(whole, length));
                assertThat(known).as("%d bytes", length).isEqualTo(length >= (whole.length < 100 ? 52 : 92));
            }
            for (int i = 0; i < 100_000; i++) {
                byte[] garbled = Arrays.copyOf(whole, random.nextInt(120));
                for (int flips = random.nextInt(4); flips >= 0 && garbled.length > 0; flips--) {
                    garbled[random.nextInt(garbled.length)] = (byte) random.nextInt();
                }
                concerns4(garbled);
                concerns6(garbled);
            }
        }
    }
}
