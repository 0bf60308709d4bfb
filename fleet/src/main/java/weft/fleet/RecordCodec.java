package weft.fleet;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import weft.fleet.SessionRecord.Device;
import weft.fleet.SessionRecord.Endpoint;

/**
 * A {@link SessionRecord} in bytes, big-endian. Each record has but one form. Reading throws BufferUnderflowException where bytes
 * are missing and IllegalArgumentException where they make no sense.
 */
final class RecordCodec {
    private static final int HAS_IDENTITY = 1;
    private static final int HAS_GROUP = 2;
    private static final int PLUS = 4;
    private static final int FLAGS = HAS_IDENTITY | HAS_GROUP | PLUS;

    /** Of any record. */
    static final int MAX_SIZE = 1 // flags
            + StaticKey.SIZE
            + Psk.SIZE
            + 3 // client id
            + 4 // inner IPv4
            + 16 // inner IPv6
            + 2 * (2 + Device.MAX_TEXT)
            + 2 * (16 + 2) // endpoint
            + StaticKey.SIZE // identity
            + 3 // reserved
            + 1
            + 4 * SessionRecord.MAX_INDICES
            + 2 * 12 // stamps
            + 4 // holder
            + 12; // version

    private RecordCodec() {}

    static void write(SessionRecord record, ByteBuffer into) {
        Device device = record.device();
        into.put((byte) ((record.identity().isPresent() ? HAS_IDENTITY : 0)
                | (device.group().isPresent() ? HAS_GROUP : 0)
                | (device.plus() ? PLUS : 0)));
        write(device, into);
        write(record.endpoint(), into);
        record.identity().ifPresent(key -> into.put(key.bytes()));
        u24(record.reserved(), into);
        into.put((byte) record.receiverIndices().size());
        record.receiverIndices().forEach(into::putInt);
        write(record.sent(), into);
        write(record.received(), into);
        into.putInt(record.holder());
        write(record.version(), into);
    }

    static SessionRecord read(ByteBuffer from) {
        int flags = from.get();
        if ((flags & ~FLAGS) != 0) {
            throw new IllegalArgumentException("unknown flags");
        }
        Device device = device(flags, from);
        try {
            return new SessionRecord(
                    device,
                    endpoint(from),
                    (flags & HAS_IDENTITY) == 0 ? Optional.empty() : Optional.of(key(from)),
                    u24(from),
                    indices(from),
                    stamp(from),
                    stamp(from),
                    from.getInt(),
                    version(from));
        } catch (RuntimeException malformed) {
            device.psk().close();
            throw malformed;
        }
    }

    private static void write(Device device, ByteBuffer into) {
        into.put(device.key().bytes());
        byte[] psk = device.psk().bytes();
        into.put(psk);
        Arrays.fill(psk, (byte) 0);
        u24(device.clientId(), into);
        into.putInt(device.inner4()).putLong(device.inner6High()).putLong(device.inner6Low());
        text(device.id(), into);
        device.group().ifPresent(group -> text(group, into));
    }

    private static Device device(int flags, ByteBuffer from) {
        StaticKey key = key(from);
        byte[] psk = new byte[Psk.SIZE];
        from.get(psk);
        try {
            return new Device(
                    key,
                    new Psk(psk),
                    u24(from),
                    from.getInt(),
                    from.getLong(),
                    from.getLong(),
                    text(from),
                    (flags & HAS_GROUP) == 0 ? Optional.empty() : Optional.of(text(from)),
                    (flags & PLUS) != 0);
        } finally {
            Arrays.fill(psk, (byte) 0);
        }
    }

    private static void write(Endpoint endpoint, ByteBuffer into) {
        into.putLong(endpoint.high()).putLong(endpoint.low()).putShort((short) endpoint.port());
        into.putLong(endpoint.localHigh()).putLong(endpoint.localLow()).putShort((short) endpoint.localPort());
    }

    private static Endpoint endpoint(ByteBuffer from) {
        return new Endpoint(from.getLong(), from.getLong(), u16(from), from.getLong(), from.getLong(), u16(from));
    }

    private static List<Integer> indices(ByteBuffer from) {
        int count = from.get() & 0xff;
        List<Integer> indices = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            indices.add(from.getInt());
        }
        return indices;
    }

    private static void write(Stamp stamp, ByteBuffer into) {
        into.putLong(stamp.seconds()).putInt(stamp.nanos());
    }

    private static Stamp stamp(ByteBuffer from) {
        return new Stamp(from.getLong(), from.getInt());
    }

    static void write(Version version, ByteBuffer into) {
        into.putLong(version.unixNanos()).putInt(version.changes());
    }

    static Version version(ByteBuffer from) {
        return new Version(from.getLong(), from.getInt());
    }

    static StaticKey key(ByteBuffer from) {
        byte[] bytes = new byte[StaticKey.SIZE];
        from.get(bytes);
        return new StaticKey(bytes);
    }

    private static void text(String text, ByteBuffer into) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        into.putShort((short) bytes.length).put(bytes);
    }

    private static String text(ByteBuffer from) {
        int length = u16(from);
        if (length > Device.MAX_TEXT) {
            throw new IllegalArgumentException("too long a text");
        }
        byte[] bytes = new byte[length];
        from.get(bytes);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException malformed) {
            throw new IllegalArgumentException("not UTF-8", malformed);
        }
    }

    private static int u16(ByteBuffer from) {
        return from.getShort() & 0xffff;
    }

    private static void u24(int value, ByteBuffer into) {
        into.put((byte) (value >>> 16)).putShort((short) value);
    }

    private static int u24(ByteBuffer from) {
        return (from.get() & 0xff) << 16 | u16(from);
    }
}
