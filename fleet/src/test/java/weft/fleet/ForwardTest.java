package weft.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import weft.fleet.Forward.Verdict;

class ForwardTest extends TestForwards {
    @Test
    void anIpv4ClientsDatagramIsLaidOutAsDocumented() {
        byte[] datagram = datagram(32);
        byte[] packet = write(v4().addHop(0x11223344).addHop(0xaabbccdd), datagram);
        String tag = HexFormat.of().formatHex(packet, 24, 32);
        assertThat(HexFormat.of().formatHex(packet))
                .isEqualTo("07040000" + "01000200" + "cafef00d" + "00000009" + "11223344" + "aabbccdd" + tag
                        + "4500003c" + "00004000" + "4011" + "4e75" + "c0000207" + "c6336401"
                        + "ca6c0968" + "00280000" + HexFormat.of().formatHex(datagram));
        assertThat(Long.parseUnsignedLong(tag, 16)).isEqualTo(keyed(packet, 24, 28));
    }

    @Test
    void anIpv6ClientsDatagramIsLaidOutAsDocumented() {
        byte[] datagram = datagram(32);
        byte[] packet = write(v6().addHop(0x11223344).clientId(0xabcdef).giveBack(), datagram);
        String tag = HexFormat.of().formatHex(packet, 20, 28);
        assertThat(HexFormat.of().formatHex(packet))
                .isEqualTo("06290000" + "01030101" + "cafef00d" + "abcdef08" + "11223344" + tag
                        + "60000000" + "00281140" + "20010db8000000000000000000000007"
                        + "20010db8000100000000000000000001" + "ca6c0968" + "00280000"
                        + HexFormat.of().formatHex(datagram));
        assertThat(Long.parseUnsignedLong(tag, 16)).isEqualTo(keyed(packet, 20, 48));
    }

    /** SipHash of the bytes around the tag: the same, computed from a copy that leaves the tag out. */
    private long keyed(byte[] packet, int tagAt, int headers) {
        byte[] covered = new byte[tagAt + headers + 16];
        System.arraycopy(packet, 0, covered, 0, tagAt);
        System.arraycopy(packet, tagAt + 8, covered, tagAt, headers + 16);
        byte[] derived = secret(1).derive(FleetSecret.Purpose.FORWARD_TAG, DAY, 0, TestPrf.INSTANCE);
        return new SipHash(Arrays.copyOf(derived, 16))
                .add(MemorySegment.ofArray(covered), 0, covered.length)
                .finish();
    }

    @Test
    void theIpv4HeaderHasASoundChecksum() {
        for (int i = 0; i < 1_000; i++) {
            Forward forward = new Forward().begin(0, 1).addHop(1);
            forward.path(0, mapped(random.nextInt() | 1), 1, 0, mapped(random.nextInt() | 1), 1);
            byte[] packet = write(forward, datagram(32 + random.nextInt(1_000)));
            long sum = 0;
            for (int at = 28; at < 48; at += 2) {
                sum += Wire.u16(MemorySegment.ofArray(packet), at);
            }
            assertThat((sum & 0xffff) + (sum >>> 16)).as("seed %x", SEED).isIn(0xffffL, 0x1_fffeL);
        }
    }

    @ParameterizedTest
    @CsvSource({"true, 1", "true, 12", "false, 1", "false, 5", "false, 12"})
    void whatIsWrittenIsReadAtAnyPlaceOfNativeMemory(boolean isV4, int hops) {
        try (Arena arena = Arena.ofConfined()) {
            for (int offset = 0; offset < 9; offset++) {
                byte[] datagram = datagram(32 + random.nextInt(1_500));
                Forward forward = isV4 ? v4() : v6();
                for (int i = 0; i < hops; i++) {
                    forward.addHop(0x1000 + i);
                }
                forward.clientId(random.nextInt(1 << 24)).passTo(hops - 1);
                MemorySegment out = arena.allocate(offset + forward.overhead() + datagram.length);
                MemorySegment in = MemorySegment.ofArray(datagram);
                int length = forward.write(in, 0, datagram.length, out, offset, keys);

                Forward read = new Forward();
                assertThat(read.read(out, offset, length, keys)).isEqualTo(Verdict.GENUINE);
                assertSame(read, forward);
                assertThat(read.position()).isEqualTo(hops - 1);
                assertThat(read.hopLimit()).isEqualTo(8);
                assertThat(out.asSlice(read.datagramAt(), read.datagramLength()).toArray(ValueLayout.JAVA_BYTE))
                        .isEqualTo(datagram);
            }
        }
    }

    private static void assertSame(Forward read, Forward written) {
        assertThat(read)
                .usingRecursiveComparison()
                .ignoringFields("datagramAt", "datagramLength")
                .isEqualTo(written);
    }

    @Test
    void eachHopPassesItOnToTheNextAndTheLastGivesItBack() {
        byte[] datagram = datagram(148);
        Forward hop = new Forward();
        byte[] packet = write(v6().addHop(10).addHop(20).addHop(30), datagram);
        for (int next = 1; next < 3; next++) {
            assertThat(read(hop, packet)).isEqualTo(Verdict.GENUINE);
            assertThat(hop.takeIt()).isFalse();
            packet = rewritten(hop.passTo(next), packet);
        }
        assertThat(read(hop, packet)).isEqualTo(Verdict.GENUINE);
        packet = rewritten(hop.giveBack(), packet);
        Forward first = new Forward();
        assertThat(read(first, packet)).isEqualTo(Verdict.GENUINE);
        assertThat(first.takeIt()).isTrue();
        assertThat(first.position()).isEqualTo(3);
        assertThat(first.hop(0)).isEqualTo(10);
        assertThat(first.hopLimit()).isEqualTo(6);
        assertThat(first.port()).isEqualTo(51_820);
        assertThat(packet).endsWith(datagram);
    }

    private byte[] rewritten(Forward forward, byte[] packet) {
        byte[] out = new byte[packet.length];
        MemorySegment in = MemorySegment.ofArray(packet);
        forward.write(in, forward.datagramAt(), forward.datagramLength(), MemorySegment.ofArray(out), 0, keys);
        return out;
    }

    @Test
    void oneThatWasKeptApartGoesOnWhereItWas() {
        byte[] datagram = datagram(148);
        Forward kept = v4().addHop(10).addHop(20).addHop(30).resume(1, false).passTo(2);
        Forward read = new Forward();
        assertThat(read(read, write(kept, datagram))).isEqualTo(Verdict.GENUINE);
        assertThat(read.position()).isEqualTo(2);
        assertThat(read(read, write(v4().addHop(10).resume(1, true), datagram))).isEqualTo(Verdict.GENUINE);
        assertThat(read.takeIt()).isTrue();
    }

    @Test
    void atItsHopLimitItGoesNoFurther() {
        Forward hop = new Forward();
        byte[] packet = write(v4().begin(0, 2).addHop(1).addHop(2), datagram(32));
        assertThat(read(hop, packet)).isEqualTo(Verdict.GENUINE);
        packet = rewritten(hop.passTo(1), packet);
        assertThat(read(hop, packet)).isEqualTo(Verdict.GENUINE);
        packet = rewritten(hop.giveBack(), packet);
        assertThat(read(hop, packet)).isEqualTo(Verdict.HOP_LIMIT);
    }

    @Test
    void onlyPathsThatCanBeAnsweredMayBeWritten() {
        Forward forward = new Forward();
        long v4 = mapped(0x0a000001);
        assertThat(forward.path(0, v4, 1, 0, v4, 1)).isTrue();
        assertThat(forward.path(0, v4, 0, 0, v4, 1)).isFalse();
        assertThat(forward.path(0, v4, 1, 0, v4, 0)).isFalse();
        assertThat(forward.path(0, v4, 1, 0, 0, 1))
                .as("an unknown local address")
                .isFalse();
        assertThat(forward.path(0, v4, 1, 1, 1, 1)).as("two families").isFalse();
        assertThat(forward.path(1, 1, 1, 0, v4, 1)).as("two families").isFalse();
        assertThat(forward.path(0, mapped(0), 1, 0, v4, 1)).isFalse();
        assertThat(forward.path(0, 0, 1, 1, 1, 1)).isFalse();
        assertThat(forward.path(1, 1, 65_535, 1, 1, 65_535)).isTrue();
    }

    @Test
    void datagramsOfImpossibleSizesAreNotWritten() {
        MemorySegment big = MemorySegment.ofArray(new byte[70_000]);
        MemorySegment out = MemorySegment.ofArray(new byte[70_000]);
        Forward forward = v6();
        for (int i = 0; i < Forward.MAX_HOPS; i++) {
            forward.addHop(i);
        }
        assertThat(forward.write(big, 0, 31, out, 0, keys)).isZero();
        assertThat(forward.write(big, 0, Forward.MAX_DATAGRAM + 1, out, 0, keys))
                .isZero();
        assertThat(forward.write(big, 0, Forward.MAX_DATAGRAM, out, 0, keys)).isEqualTo(65_507);
        assertThat(new Forward().read(out, 0, 65_507, keys)).isEqualTo(Verdict.GENUINE);
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> forward.addHop(13));
    }

    @Test
    void theOverheadIsWhatIsDocumented() {
        assertThat(v4().addHop(1).addHop(2).addHop(3).overhead()).isEqualTo(64);
        assertThat(v6().addHop(1).addHop(2).addHop(3).overhead()).isEqualTo(84);
        Forward longest = v6();
        for (int i = 0; i < Forward.MAX_HOPS; i++) {
            longest.addHop(i);
        }
        assertThat(longest.overhead()).isEqualTo(Forward.MAX_OVERHEAD).isEqualTo(120);
    }

    @Test
    void passingOnAllocatesNothing() {
        MemorySegment in = MemorySegment.ofArray(datagram(200));
        MemorySegment out = MemorySegment.ofArray(new byte[400]);
        Forward forward = new Forward();
        int[] genuine = new int[1];
        int[] tried = new int[1];
        assertThat(Allocation.ofSteady(20_000, () -> {
                    forward.begin(1, 9).addHop(1).addHop(2).addHop(3);
                    forward.path(1, 2, 3, 4, 5, 6);
                    int length = forward.write(in, 0, 148, out, 0, keys);
                    tried[0]++;
                    if (forward.read(out, 0, length, keys) == Verdict.GENUINE) {
                        genuine[0]++;
                    }
                    forward.passTo(1).write(out, forward.datagramAt(), forward.datagramLength(), out, 100, keys);
                }))
                .isZero();
        assertThat(genuine[0]).isPositive().isEqualTo(tried[0]);
    }

    @ParameterizedTest
    @CsvSource({"1", "3", "12"})
    void theReceiverOfTransportDataIsKnownWithoutAnythingBeingVerified(int hops) {
        for (Forward forward : new Forward[] {v4(), v6()}) {
            for (int i = 0; i < hops; i++) {
                forward.addHop(100 + i);
            }
            byte[] datagram = datagram(120);
            datagram[0] = 4;
            MemorySegment.ofArray(datagram)
                    .set(ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 4, 0xfedc_ba98);
            byte[] packet = write(forward, datagram);
            packet[16 + 4 * hops] ^= 1;
            assertThat(read(packet)).isEqualTo(Verdict.TAG);
            assertThat(receiver(packet, packet.length)).isEqualTo(0xfedc_ba98L);
            assertThat(receiver(packet, packet.length - 120 + Forward.MIN_DATAGRAM - 1))
                    .isNegative();
            assertThat(receiver(packet, 15)).isNegative();
            for (byte type : new byte[] {1, 2, 3, 0}) {
                packet[packet.length - 120] = type;
                assertThat(receiver(packet, packet.length)).isNegative();
            }
        }
    }

    private static long receiver(byte[] packet, int length) {
        return Forward.receiver(MemorySegment.ofArray(packet), 0, length);
    }
}
