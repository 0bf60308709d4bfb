package weft.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MeshMessageTest {
    private static final StaticKey DEVICE = new StaticKey(filled(32, 0xd0));
    private static final Version VERSION = new Version(0x187a_fb9b_2b73_cd15L, 3);

    private static byte[] filled(int size, int value) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    static SessionRecord record() {
        return new SessionRecord(
                new SessionRecord.Device(
                        DEVICE,
                        new Psk(filled(32, 0x55)),
                        0xabcdef,
                        0x64600001,
                        0xfd00_0000_0000_0000L,
                        1,
                        "1f8e",
                        Optional.of("Büro"),
                        true),
                new SessionRecord.Endpoint(0, 0xffff_c000_0207L, 51_820, 0, 0xffff_c633_6401L, 2408),
                Optional.of(new StaticKey(filled(32, 0x1d))),
                0x010203,
                List.of(7, -7),
                new Stamp(0x4000_0000_6000_0000L, 500),
                new Stamp(0x4000_0000_6000_0001L, 16_777_216),
                0x9abc_def0,
                VERSION);
    }

    /** The longest record that there can be. */
    private static SessionRecord longest() {
        String text = "ü".repeat(SessionRecord.Device.MAX_TEXT / 2);
        return new SessionRecord(
                new SessionRecord.Device(DEVICE, Psk.none(), 1, 0, 0, 0, text, Optional.of(text), false),
                new SessionRecord.Endpoint(1, 2, 3, 4, 5, 6),
                Optional.of(DEVICE),
                0,
                IntStream.range(0, SessionRecord.MAX_INDICES).boxed().toList(),
                Stamp.NEVER,
                Stamp.NEVER,
                1,
                VERSION);
    }

    private static SessionRecord shortest() {
        return new SessionRecord(
                new SessionRecord.Device(DEVICE, Psk.none(), 1, 0, 0, 0, "", Optional.empty(), false),
                new SessionRecord.Endpoint(1, 2, 3, 4, 5, 6),
                Optional.empty(),
                0,
                List.of(),
                Stamp.NEVER,
                Stamp.NEVER,
                1,
                Version.first(0));
    }

    static Stream<MeshMessage> messages() {
        return Stream.of(
                new MeshMessage.Heartbeat(MeshMessage.State.DRAINING, 1_764_000_000_123L, 0xfeed_face_cafe_f00dL),
                new MeshMessage.RecordCopy(record()),
                new MeshMessage.RecordCopy(longest()),
                new MeshMessage.RecordCopy(shortest()),
                new MeshMessage.HandOver(record()),
                new MeshMessage.HandOver(longest()),
                new MeshMessage.Figures(1, 1L << 40, -1, 3),
                new MeshMessage.RecordAck(DEVICE, VERSION),
                new MeshMessage.RecordGone(DEVICE, VERSION),
                new MeshMessage.Taken(DEVICE, -2, VERSION),
                new MeshMessage.Offer(longest()),
                new MeshMessage.Moved(DEVICE, 0xabcdef, -2, VERSION),
                new MeshMessage.IcmpError(filled(MeshMessage.IcmpError.MIN_PACKET, 0x45)),
                new MeshMessage.IcmpError(filled(MeshMessage.IcmpError.MAX_PACKET, 0x60)));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void whatIsEncodedDecodes(MeshMessage message) {
        byte[] bytes = message.encode();
        assertThat(bytes).hasSizeLessThanOrEqualTo(MeshMessage.MAX_SIZE);
        assertThat(MeshMessage.decode(bytes))
                .hasValueSatisfying(
                        read -> assertThat(read).usingRecursiveComparison().isEqualTo(message));
    }

    /** An ICMP error is whatever follows its type, so it may end anywhere. */
    @ParameterizedTest
    @MethodSource("messages")
    void whatIsCutOrLongerIsNoMessage(MeshMessage message) {
        byte[] bytes = message.encode();
        for (int length = 0; length < bytes.length; length++) {
            boolean whole = message instanceof MeshMessage.IcmpError && length > MeshMessage.IcmpError.MIN_PACKET;
            assertThat(MeshMessage.decode(Arrays.copyOf(bytes, length)).isPresent())
                    .as("%s of %s bytes", length, bytes.length)
                    .isEqualTo(whole);
        }
        boolean longerIs = message instanceof MeshMessage.IcmpError && bytes.length < MeshMessage.MAX_SIZE;
        assertThat(MeshMessage.decode(Arrays.copyOf(bytes, bytes.length + 1)).isPresent())
                .isEqualTo(longerIs);
    }

    @Test
    void aHeartbeatIsLaidOutAsEdgesOfOtherVersionsExpectIt() {
        byte[] bytes = new MeshMessage.Heartbeat(MeshMessage.State.LEAVING, 0x0102030405060708L, -2).encode();
        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo("01" + "02" + "0102030405060708" + "fffffffffffffffe");
    }

    @Test
    void aRecordIsLaidOutAsEdgesOfOtherVersionsExpectIt() {
        assertThat(HexFormat.of().formatHex(new MeshMessage.RecordCopy(record()).encode()))
                .isEqualTo("02" + "07" + "d0".repeat(32) + "55".repeat(32) + "abcdef" + "64600001"
                        + "fd00000000000000" + "0000000000000001" + "0004" + "31663865" + "0005" + "42c3bc726f"
                        + "0000000000000000" + "0000ffffc0000207" + "ca6c"
                        + "0000000000000000" + "0000ffffc6336401" + "0968"
                        + "1d".repeat(32) + "010203" + "02" + "00000007" + "fffffff9"
                        + "4000000060000000" + "000001f4" + "4000000060000001" + "01000000"
                        + "9abcdef0" + "187afb9b2b73cd15" + "00000003");
    }

    @Test
    void theLongestRecordHasAsManyBytesAsDocumentedAndFitsAMessage() {
        assertThat(new MeshMessage.RecordCopy(longest()).encode()).hasSize(1 + RecordCodec.MAX_SIZE);
        assertThat(1 + RecordCodec.MAX_SIZE).isLessThanOrEqualTo(MeshMessage.MAX_SIZE);
    }

    @Test
    void unknownTypesStatesAndFlagsAreNoMessages() {
        byte[] heartbeat = new MeshMessage.Heartbeat(MeshMessage.State.SERVING, 1, 2).encode();
        for (int type : new int[] {0, 9, 0xff}) {
            assertThat(MeshMessage.decode(with(heartbeat, 0, type)))
                    .as("type %s", type)
                    .isEmpty();
        }
        for (int state : new int[] {3, 0xff}) {
            assertThat(MeshMessage.decode(with(heartbeat, 1, state)))
                    .as("state %s", state)
                    .isEmpty();
        }
        byte[] record = new MeshMessage.RecordCopy(record()).encode();
        assertThat(MeshMessage.decode(with(record, 1, 0x0f))).isEmpty();
    }

    @Test
    void recordsThatMakeNoSenseAreNoMessages() {
        byte[] record = new MeshMessage.RecordCopy(record()).encode();
        int id = 2 + 64 + 3 + 20;
        int path = id + 2 + 4 + 2 + 5;
        assertThat(MeshMessage.decode(with(with(with(record, 66, 0), 67, 0), 68, 0)))
                .as("client id 0")
                .isEmpty();
        assertThat(MeshMessage.decode(with(record, id + 8, 0xff)))
                .as("not UTF-8")
                .isEmpty();
        assertThat(MeshMessage.decode(with(record, id, 2)))
                .as("too long a text")
                .isEmpty();
        assertThat(MeshMessage.decode(with(record, path, 1))).as("two families").isEmpty();
        assertThat(MeshMessage.decode(with(with(record, path + 16, 0), path + 17, 0)))
                .as("port 0")
                .isEmpty();
        assertThat(MeshMessage.decode(with(record, record.length - 4, 0x80)))
                .as("a negative count")
                .isEmpty();
        byte[] more = with(Arrays.copyOf(record, record.length + 4 * 23), path + 36 + 32 + 3, 25);
        assertThat(MeshMessage.decode(more)).as("25 receiver indices").isEmpty();
        assertThat(MeshMessage.decode(with(more, path + 36 + 32 + 3, 24)))
                .as("24 and 4 bytes left")
                .isEmpty();
        assertThat(MeshMessage.decode(Arrays.copyOf(with(more, path + 36 + 32 + 3, 24), record.length + 4 * 22)))
                .as("24")
                .isPresent();
    }

    private static byte[] with(byte[] message, int at, int value) {
        byte[] changed = message.clone();
        changed[at] = (byte) value;
        return changed;
    }

    @Test
    void closingARecordZeroesItsPresharedKeyAndNothingElse() {
        SessionRecord record = record();
        record.close();
        assertThat(record.device().psk()).isEqualTo(Psk.none());
        assertThat(record.device().key()).isEqualTo(DEVICE);
    }

    @Test
    void nothingOfARecordIsInItsText() {
        assertThat(new MeshMessage.RecordCopy(record())).hasToString("RecordCopy[record=SessionRecord]");
        assertThat(record().device()).hasToString("Device");
        assertThat(record().endpoint()).hasToString("Endpoint");
        assertThat(record().device().psk()).hasToString("Psk");
        assertThat(DEVICE).hasToString("StaticKey");
    }

    @Test
    void whatDoesNotFitARecordIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new MeshMessage.IcmpError(new byte[27]));
        assertThatIllegalArgumentException().isThrownBy(() -> new MeshMessage.IcmpError(new byte[1_281]));
        assertThatIllegalArgumentException().isThrownBy(() -> new StaticKey(new byte[31]));
        assertThatIllegalArgumentException().isThrownBy(() -> new Psk(new byte[33]));
        assertThatIllegalArgumentException().isThrownBy(() -> new SessionRecord.Endpoint(1, 2, 65_536, 4, 5, 6));
        assertThatIllegalArgumentException().isThrownBy(() -> device(1 << 24, "a"));
        assertThatIllegalArgumentException().isThrownBy(() -> device(0, "a"));
        assertThatIllegalArgumentException().isThrownBy(() -> device(1, "a".repeat(385)));
        SessionRecord fits = record();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SessionRecord(
                        fits.device(),
                        fits.endpoint(),
                        fits.identity(),
                        1 << 24,
                        fits.receiverIndices(),
                        fits.sent(),
                        fits.received(),
                        1,
                        VERSION));
    }

    private static SessionRecord.Device device(int clientId, String id) {
        return new SessionRecord.Device(DEVICE, Psk.none(), clientId, 0, 0, 0, id, Optional.empty(), false);
    }
}
