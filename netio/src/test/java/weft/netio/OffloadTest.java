package weft.netio;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link Coalescer} and {@link Segmenter}, each the other's inverse. */
class OffloadTest {
    private static final int BASE = 64;
    private static final int SCRATCH = 100_000;
    private static final byte[] NONE = {};
    private static final byte[] TIMESTAMPS = {1, 1, 8, 10, 0, 0, 1, 2, 3, 4, 5, 6};

    private final MemorySegment buffer = Packets.buffer(200_000);
    private final Coalescer coalescer = new Coalescer(buffer, BASE, true, true);

    @ParameterizedTest
    @CsvSource({"4,0", "4,12", "4,40", "6,0", "6,12", "6,40"})
    void tcpOfAnySizesIsSplitIntoWhatWasJoined(int version, int options) {
        Random random = new Random(version * 100L + options);
        for (int round = 0; round < 300; round++) {
            int size = 1 + random.nextInt(1400);
            int count = 1 + random.nextInt(Math.min(60, 64_000 / size));
            int id = random.nextInt(65_536);
            int sequence = random.nextInt();
            byte[] option = new byte[options];
            List<byte[]> packets = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                boolean last = i == count - 1;
                int payload = last ? 1 + random.nextInt(size) : size;
                int flags = last && random.nextBoolean() ? Wire.ACK | Wire.PSH : Wire.ACK;
                packets.add(Packets.tcp(
                        version, id + i & 0xffff, sequence + i * size, flags, option, Packets.random(random, payload)));
            }
            assertThat(join(packets)).as("size %d", size).isEqualTo(count);
            assertThat(split()).containsExactlyElementsOf(packets);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 6})
    void udpIsSplitIntoWhatWasJoined(int version) {
        Random random = new Random(version);
        for (int round = 0; round < 300; round++) {
            int size = 1 + random.nextInt(1400);
            int count = 1 + random.nextInt(Math.min(64, 64_000 / size));
            List<byte[]> packets = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int payload = i == count - 1 ? 1 + random.nextInt(size) : size;
                packets.add(Packets.udp(version, 65_530 + i & 0xffff, Packets.random(random, payload)));
            }
            assertThat(join(packets)).isEqualTo(count);
            assertThat(split()).containsExactlyElementsOf(packets);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 6})
    void everyPacketOfASplitHasRightChecksums(int version) {
        Random random = new Random(version);
        List<byte[]> packets = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            packets.add(Packets.tcp(version, i, i * 1001, Wire.ACK, TIMESTAMPS, Packets.random(random, 1001)));
        }
        join(packets);
        assertThat(split()).hasSize(40).allMatch(Packets::checksumsAreRight);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 8, 15, 17, 39, 40, 1000})
    void whatTheCallerWritesOverAndBehindAPacketHarmsNoOther(int size) {
        Random random = new Random(size);
        List<byte[]> packets = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            packets.add(Packets.tcp(6, 0, i * size, Wire.ACK, NONE, Packets.random(random, size)));
        }
        join(packets);
        Segmenter segmenter = finished();
        List<byte[]> split = new ArrayList<>();
        while (segmenter.next()) {
            split.add(Packets.get(buffer, segmenter.at(), segmenter.length()));
            buffer.asSlice(segmenter.at(), segmenter.length() + 15).fill((byte) 0);
        }
        assertThat(split).containsExactlyElementsOf(packets);
    }

    @Test
    void aPartialChecksumIsFinished() {
        byte[] whole = Packets.udp(4, 1, new byte[] {1, 2, 3});
        Packets.put(whole, buffer, BASE);
        int pseudo = Checksum.fold(Checksum.pseudoHeader(buffer, BASE, Wire.UDP, 11));
        Wire.u16(buffer, BASE + 26, pseudo);
        VnetHeader.split(buffer, BASE - VnetHeader.SIZE, VnetHeader.GSO_NONE, 0, 0, 20, 6);
        Segmenter segmenter = new Segmenter(buffer);
        assertThat(segmenter.frame(BASE - VnetHeader.SIZE, VnetHeader.SIZE + whole.length))
                .isTrue();
        assertThat(segmenter.next()).isTrue();
        assertThat(Packets.get(buffer, segmenter.at(), segmenter.length())).isEqualTo(whole);
        assertThat(segmenter.next()).isFalse();
    }

    @Test
    void flagsOfTheWholeGoToTheSegmentTheyBelongTo() {
        byte[] big = Packets.tcp(4, 7, 1, Wire.ACK | Wire.PSH | Wire.FIN | Wire.CWR, NONE, new byte[300]);
        Packets.put(big, buffer, BASE);
        VnetHeader.split(buffer, BASE - VnetHeader.SIZE, VnetHeader.GSO_TCP4 | VnetHeader.GSO_ECN, 40, 100, 20, 16);
        Segmenter segmenter = new Segmenter(buffer);
        assertThat(segmenter.frame(BASE - VnetHeader.SIZE, VnetHeader.SIZE + big.length))
                .isTrue();
        List<Integer> flags = new ArrayList<>();
        while (segmenter.next()) {
            flags.add(Wire.u8(buffer, segmenter.at() + 33));
        }
        assertThat(flags).containsExactly(Wire.ACK | Wire.CWR, Wire.ACK, Wire.ACK | Wire.PSH | Wire.FIN);
    }

    @Test
    void identifiersThatStayTheSameAreJoinedOnlyWhereFragmentationIsForbidden() {
        byte[] one = Packets.tcp(4, 9, 0, Wire.ACK, NONE, new byte[10]);
        byte[] two = Packets.tcp(4, 9, 10, Wire.ACK, NONE, new byte[10]);
        assertThat(join(List.of(one, two))).isEqualTo(2);
        assertThat(join(List.of(fragmentable(one), fragmentable(two)))).isEqualTo(1);
    }

    /** Every bit of the second packet, one at a time. Payload bits break its checksum, and so must prevent joining too. */
    @ParameterizedTest
    @CsvSource({"4,6", "6,6", "4,17", "6,17"})
    void aPacketWithAnyBitFlippedDoesNotJoin(int version, int protocol) {
        byte[] one = packet(version, protocol, 1, 0);
        byte[] two = packet(version, protocol, 2, 64);
        assertThat(join(List.of(one, two))).isEqualTo(2);
        for (int bit = 0; bit < two.length * 8; bit++) {
            byte[] flipped = two.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(join(List.of(one, flipped))).as("bit %d", bit).isEqualTo(1);
        }
    }

    /** As above, but the checksums are made right again: now the header fields themselves must tell. */
    @ParameterizedTest
    @CsvSource({"4,6", "6,6", "4,17", "6,17"})
    void aHeaderThatDiffersPreventsJoiningWhateverItsChecksums(int version, int protocol) {
        byte[] one = packet(version, protocol, 1, 0);
        byte[] two = packet(version, protocol, 2, 64);
        int headers = (version == 4 ? 20 : 40) + (protocol == Wire.TCP ? 32 : 8);
        int transport = version == 4 ? 20 : 40;
        for (int bit = 0; bit < headers * 8; bit++) {
            byte[] flipped = two.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            Packets.fixChecksums(flipped, transport, protocol);
            int joined = join(List.of(one, flipped));
            if (mayDiffer(version, protocol, transport, bit)) {
                continue;
            }
            assertThat(joined).as("bit %d of byte %d", bit % 8, bit / 8).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Wire.FIN | Wire.ACK, Wire.PSH | Wire.ACK})
    void aFlagThatEndsASegmentEndsTheRun(int flags) {
        byte[] one = Packets.tcp(4, 1, 0, flags, NONE, new byte[10]);
        byte[] two = Packets.tcp(4, 2, 10, Wire.ACK, NONE, new byte[10]);
        assertThat(join(List.of(one, two))).isEqualTo(1);
    }

    @Test
    void aShorterSegmentEndsTheRunAndALongerOneDoesNotJoin() {
        byte[] one = Packets.tcp(4, 1, 0, Wire.ACK, NONE, new byte[10]);
        byte[] shorter = Packets.tcp(4, 2, 10, Wire.ACK, NONE, new byte[9]);
        byte[] after = Packets.tcp(4, 3, 19, Wire.ACK, NONE, new byte[9]);
        byte[] longer = Packets.tcp(4, 2, 10, Wire.ACK, NONE, new byte[11]);
        assertThat(join(List.of(one, shorter, after))).isEqualTo(2);
        assertThat(join(List.of(one, longer))).isEqualTo(1);
    }

    @Test
    void aRunNeverExceedsWhatAnIpPacketCanHold() {
        List<byte[]> packets = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            packets.add(Packets.tcp(4, i, i * 1380, Wire.ACK, NONE, new byte[1380]));
        }
        assertThat(join(packets)).isEqualTo(47);
        assertThat(coalescer.length()).isEqualTo(40 + 47 * 1380);
    }

    @Test
    void hostileFramesGiveNoPacketOutsideTheFrame() {
        Random random = new Random(5);
        for (int round = 0; round < 200_000; round++) {
            int length = random.nextInt(300);
            Packets.put(Packets.random(random, length), buffer, 0);
            if (length > 34 && random.nextBoolean()) {
                Packets.put(
                        packet(random.nextBoolean() ? 4 : 6, random.nextBoolean() ? 6 : 17, 1, 1),
                        buffer,
                        VnetHeader.SIZE);
                Wire.u8(buffer, 0, 1);
                Wire.u8(buffer, 1, new int[] {0, 1, 4, 5}[random.nextInt(4)]);
                buffer.set(java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED, 6, (short) random.nextInt(60));
            }
            OffloadFuzz.splitStaysInside(buffer, length);
        }
    }

    private static byte[] packet(int version, int protocol, int id, int sequence) {
        byte[] payload = Packets.random(new Random(id), 64);
        return protocol == Wire.TCP
                ? Packets.tcp(version, id, sequence, Wire.ACK, TIMESTAMPS, payload)
                : Packets.udp(version, id, payload);
    }

    /** PSH and FIN of a last segment, and the checksum fields that were just made right. */
    private static boolean mayDiffer(int version, int protocol, int transport, int bit) {
        int at = bit / 8;
        boolean networkChecksum = version == 4 && (at == 10 || at == 11);
        int field = transport + (protocol == Wire.TCP ? 16 : 6);
        boolean transportChecksum = at == field || at == field + 1;
        int flag = 1 << bit % 8;
        boolean ending = protocol == Wire.TCP && at == transport + 13 && (flag == Wire.PSH || flag == Wire.FIN);
        return networkChecksum || transportChecksum || ending;
    }

    private static byte[] fragmentable(byte[] packet) {
        byte[] copy = packet.clone();
        copy[6] = 0;
        Packets.fixChecksums(copy, 20, copy[9]);
        return copy;
    }

    /** Offers the packets one after the other until one does not join; how many did, the first counted. */
    private int join(List<byte[]> packets) {
        Packets.put(packets.getFirst(), buffer, BASE);
        coalescer.start(packets.getFirst().length);
        for (byte[] packet : packets.subList(1, packets.size())) {
            Packets.put(packet, buffer, SCRATCH);
            if (!coalescer.continues(SCRATCH, packet.length)) {
                break;
            }
            long end = coalescer.end();
            coalescer.add(SCRATCH, packet.length);
            int headers = coalescer.headers();
            MemorySegment.copy(buffer, SCRATCH + headers, buffer, end, packet.length - headers);
        }
        return coalescer.segments();
    }

    private Segmenter finished() {
        coalescer.finish();
        Segmenter segmenter = new Segmenter(buffer);
        assertThat(segmenter.frame(BASE - VnetHeader.SIZE, VnetHeader.SIZE + coalescer.length()))
                .isTrue();
        return segmenter;
    }

    private List<byte[]> split() {
        Segmenter segmenter = finished();
        List<byte[]> packets = new ArrayList<>();
        while (segmenter.next()) {
            packets.add(Packets.get(buffer, segmenter.at(), segmenter.length()));
        }
        return packets;
    }
}
