package weft.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.SplittableRandom;
import weft.fleet.Forward.Verdict;

/** Forwards as tests write and read them. */
abstract class TestForwards {
    static final long DAY = 20_417;
    static final long SEED = 0xf0L;

    final TagKeys keys = new TagKeys(DAY, secret(1), TestPrf.INSTANCE);
    final SplittableRandom random = new SplittableRandom(SEED);

    static FleetSecret secret(int value) {
        return FleetSecret.of(0, bytes(value));
    }

    static byte[] bytes(int value) {
        byte[] bytes = new byte[FleetSecret.SIZE];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    byte[] datagram(int length) {
        byte[] datagram = new byte[length];
        random.nextBytes(datagram);
        return datagram;
    }

    static Forward v4() {
        Forward forward = new Forward().begin(0xcafe_f00d, 9);
        assertThat(forward.path(0, mapped(0xc0000207), 51_820, 0, mapped(0xc6336401), 2408))
                .isTrue();
        return forward;
    }

    static Forward v6() {
        Forward forward = new Forward().begin(0xcafe_f00d, 9);
        assertThat(forward.path(0x20010db8_00000000L, 7, 51_820, 0x20010db8_00010000L, 1, 2408))
                .isTrue();
        return forward;
    }

    static long mapped(int v4) {
        return 0xffff_0000_0000L | (v4 & 0xffff_ffffL);
    }

    byte[] write(Forward forward, byte[] datagram) {
        byte[] out = new byte[forward.overhead() + datagram.length];
        int length =
                forward.write(MemorySegment.ofArray(datagram), 0, datagram.length, MemorySegment.ofArray(out), 0, keys);
        assertThat(length).isEqualTo(out.length);
        return out;
    }

    Verdict read(byte[] packet) {
        return read(new Forward(), packet);
    }

    Verdict read(Forward into, byte[] packet) {
        return into.read(MemorySegment.ofArray(packet), 0, packet.length, keys);
    }

    /** Whatever it holds, under a tag that is right. */
    byte[] tagged(byte[] packet) {
        int tagAt = 16 + 4 * packet[6];
        MemorySegment segment = MemorySegment.ofArray(packet);
        int headers = packet[1] == 41 ? 48 : 28;
        Wire.i64(segment, tagAt, Gue.tag(keys.key(0), segment, 0, tagAt, headers));
        return packet;
    }
}
