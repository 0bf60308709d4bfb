package weft.netio;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes one netlink message: header (16 bytes), a fixed part, attributes; all in host byte order (netlink(7)). */
final class NetlinkRequest {
    static final int REQUEST = 0x1;
    static final int ACK = 0x4;
    static final int EXCLUSIVE = 0x200;
    static final int DUMP = 0x300;
    static final int CREATE = 0x400;

    static final int HEADER_SIZE = 16;
    static final int ATTRIBUTE_HEADER_SIZE = 4;

    private static final int FLAGS_AT = 6;
    private static final int SEQUENCE_AT = 8;
    private static final int CAPACITY = 1024;

    private final ByteBuffer bytes = ByteBuffer.allocate(CAPACITY).order(ByteOrder.nativeOrder());

    NetlinkRequest(int type, int flags) {
        bytes.putInt(0).putShort((short) type).putShort((short) (REQUEST | flags));
        bytes.putInt(0).putInt(0);
    }

    NetlinkRequest u8(int value) {
        bytes.put((byte) value);
        return this;
    }

    NetlinkRequest u16(int value) {
        bytes.putShort((short) value);
        return this;
    }

    NetlinkRequest u32(int value) {
        bytes.putInt(value);
        return this;
    }

    NetlinkRequest attribute(int type, byte[] value) {
        bytes.putShort((short) (ATTRIBUTE_HEADER_SIZE + value.length)).putShort((short) type);
        bytes.put(value);
        while (bytes.position() % 4 != 0) {
            bytes.put((byte) 0);
        }
        return this;
    }

    NetlinkRequest attribute(int type, int value) {
        return attribute(
                type,
                ByteBuffer.allocate(4)
                        .order(ByteOrder.nativeOrder())
                        .putInt(value)
                        .array());
    }

    NetlinkRequest attribute(int type, String value) {
        return attribute(type, (value + "\0").getBytes(StandardCharsets.UTF_8));
    }

    /** Neither a dump, which an end mark closes, nor a change, which a receipt answers. */
    boolean answersWithOneRecord() {
        return (bytes.getShort(FLAGS_AT) & (DUMP | ACK)) == 0;
    }

    /** The whole message. */
    byte[] toBytes(int sequence) {
        bytes.putInt(0, bytes.position()).putInt(SEQUENCE_AT, sequence);
        byte[] message = new byte[bytes.position()];
        bytes.get(0, message);
        return message;
    }
}
