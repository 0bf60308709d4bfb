package weft.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import weft.fleet.Forward.Verdict;

/** What is refused of a forward, and for which reason; and who understands whose tags. */
class ForwardRefusalTest extends TestForwards {
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void noBitThatTheTagCoversCanBeFlipped(boolean isV4) {
        byte[] packet = write((isV4 ? v4() : v6()).addHop(1).addHop(2).clientId(77), datagram(64));
        int covered = packet.length - 64 + 16;
        for (int bit = 0; bit < 8 * covered; bit++) {
            byte[] flipped = packet.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(read(flipped)).as("bit %s", bit).isNotEqualTo(Verdict.GENUINE);
        }
        packet[covered]++;
        assertThat(read(packet)).as("the rest is WireGuard's to authenticate").isEqualTo(Verdict.GENUINE);
    }

    @Test
    void anotherFleetsTagIsRefused() {
        byte[] packet = write(v4().addHop(1), datagram(32));
        TagKeys others = new TagKeys(DAY, secret(2), TestPrf.INSTANCE);
        assertThat(new Forward().read(MemorySegment.ofArray(packet), 0, packet.length, others))
                .isEqualTo(Verdict.TAG);
    }

    @ParameterizedTest
    @CsvSource({
        "-1, -1, true",
        "-1, 0, true",
        "0, -1, true",
        "0, 0, true",
        "-2, 0, false",
        "0, -2, false",
        "1, -1, false"
    })
    void edgesADayApartUnderstandEachOtherEvenIfEveryDayHasANewSecret(int sender, int receiver, boolean understood) {
        FleetSecret turning =
                secret(1).and(DAY - 1, bytes(2)).and(DAY, bytes(3)).and(DAY + 1, bytes(4));
        byte[] packet = new byte[200];
        MemorySegment segment = MemorySegment.ofArray(packet);
        int length =
                v4().addHop(1).write(segment, 0, 32, segment, 50, new TagKeys(DAY + sender, turning, TestPrf.INSTANCE));
        TagKeys receivers = new TagKeys(DAY + receiver, turning, TestPrf.INSTANCE);
        assertThat(new Forward().read(segment, 50, length, receivers) == Verdict.GENUINE)
                .isEqualTo(understood);
    }

    @Test
    void onMostDaysThereIsOneKeyToTry() {
        assertThat(keys.count()).isEqualTo(1);
        FleetSecret turning = secret(1).and(DAY, bytes(2));
        assertThat(new TagKeys(DAY - 1, turning, TestPrf.INSTANCE).count()).isEqualTo(2);
        assertThat(new TagKeys(DAY, turning, TestPrf.INSTANCE).count()).isEqualTo(2);
        assertThat(new TagKeys(DAY + 1, turning, TestPrf.INSTANCE).count()).isEqualTo(1);
    }

    @Test
    void aTruncatedPacketIsRefusedForItsLength() {
        byte[] packet = write(v6().addHop(1).addHop(2), datagram(32));
        for (int length = 0; length < packet.length; length++) {
            assertThat(read(Arrays.copyOf(packet, length)))
                    .as("%s bytes", length)
                    .isEqualTo(Verdict.LENGTH);
        }
        assertThat(read(Arrays.copyOf(packet, packet.length + 1))).isEqualTo(Verdict.INNER);
    }

    /** Bytes of a forward of an IPv4 client with two hops, the tag made anew: each is refused for a reason of its own. */
    @ParameterizedTest
    @CsvSource({
        "0, 0x47, VERSION", // variant 1
        "0, 0x27, FORMAT", // control
        "0, 0x06, LENGTH", // hlen too small
        "0, 0x08, LENGTH", // hlen too great
        "1, 17, FORMAT", // UDP in GUE
        "2, 1, FORMAT", // flags
        "3, 1, FORMAT",
        "4, 2, VERSION", // private format
        "5, 4, FORMAT", // unknown flag
        "5, 1, FORMAT", // TAKE_IT, but asked hop 1
        "5, 0, FORMAT", // no client id, but there is one
        "7, 2, FORMAT", // beyond the last hop without TAKE_IT
        "7, 3, FORMAT", // beyond all
        "15, 0, HOP_LIMIT",
        "32, 0x46, INNER", // IP options
        "32, 0x65, INNER",
        "35, 61, INNER", // total length
        "38, 0x20, INNER", // more fragments
        "39, 1, INNER", // fragment offset
        "41, 6, INNER", // TCP
        "57, 41, INNER", // UDP length
        "59, 1, INNER" // UDP checksum
    })
    void whatNoEdgeWritesIsRefusedEvenUnderAGoodTag(int at, String value, Verdict reason) {
        byte[] packet = write(v4().addHop(1).addHop(2).clientId(77).passTo(1), datagram(32));
        assertThat(read(packet)).isEqualTo(Verdict.GENUINE);
        packet[at] = Integer.decode(value).byteValue();
        assertThat(read(tagged(packet))).isEqualTo(reason);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 13, 255})
    void listsOfNoHopsOrTooManyAreRefused(int hops) {
        byte[] packet = new byte[1_500];
        System.arraycopy(write(v4().addHop(1), datagram(1_000)), 0, packet, 0, 1_056);
        packet[6] = (byte) hops;
        assertThat(read(packet)).isEqualTo(Verdict.FORMAT);
    }

    @ParameterizedTest
    @CsvSource({"12, 4", "16, 4", "20, 2", "22, 2"})
    void anInnerPacketWithoutAnAddressOrAPortIsRefused(int field, int size) {
        byte[] packet = write(v4().addHop(1), datagram(32));
        Arrays.fill(packet, 28 + field, 28 + field + size, (byte) 0);
        assertThat(read(tagged(packet))).isEqualTo(Verdict.INNER);
    }

    @Test
    void anIpv4AddressInAnIpv6HeaderIsRefused() {
        byte[] packet = write(v6().addHop(1), datagram(32));
        Wire.i64(MemorySegment.ofArray(packet), 28 + 8, 0);
        Wire.i64(MemorySegment.ofArray(packet), 28 + 16, mapped(1));
        assertThat(read(tagged(packet.clone()))).isEqualTo(Verdict.INNER);
        Wire.i64(MemorySegment.ofArray(packet), 28 + 24, 0);
        Wire.i64(MemorySegment.ofArray(packet), 28 + 32, mapped(1));
        assertThat(read(tagged(packet))).isEqualTo(Verdict.INNER);
    }
}
