package weft.wireguard;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Where the fields of the handshake messages stand (whitepaper, 5.4.2, 5.4.3 and 5.4.7), in bytes from the start. Bytes
 * 1 to 3 are reserved; MACs are computed over zeros there.
 */
final class Message {
    static final int SENDER = 4;

    static final int INITIATION_EPHEMERAL = 8;
    static final int INITIATION_STATIC = 40;
    static final int INITIATION_STATIC_SIZE = Spec.KEY_SIZE + Spec.TAG_SIZE;
    static final int INITIATION_TIMESTAMP = 88;
    static final int INITIATION_TIMESTAMP_SIZE = Spec.TIMESTAMP_SIZE + Spec.TAG_SIZE;

    static final int RESPONSE_RECEIVER = 8;
    static final int RESPONSE_EPHEMERAL = 12;
    static final int RESPONSE_EMPTY = 44;

    static final int COOKIE_RECEIVER = 4;
    static final int COOKIE_NONCE = 8;
    static final int COOKIE_SEALED = 32;
    static final int COOKIE_SEALED_SIZE = Spec.COOKIE_SIZE + Spec.TAG_SIZE;

    /** An index in memory, as {@link #index} in an array. */
    static final ValueLayout.OfInt INDEX = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private Message() {}

    /** Whether it has this type and the length of it. */
    private static boolean isOf(int type, int size, MemorySegment in, long at, int length) {
        return length == size && in.get(ValueLayout.JAVA_BYTE, at) == type;
    }

    static boolean isInitiation(MemorySegment in, long at, int length) {
        return isOf(Spec.INITIATION, Spec.INITIATION_SIZE, in, at, length);
    }

    static boolean isResponse(MemorySegment in, long at, int length) {
        return isOf(Spec.RESPONSE, Spec.RESPONSE_SIZE, in, at, length);
    }

    static boolean isCookieReply(MemorySegment in, long at, int length) {
        return isOf(Spec.COOKIE_REPLY, Spec.COOKIE_REPLY_SIZE, in, at, length);
    }

    /** Whether it is one of the two that end with mac1 and mac2. */
    static boolean hasMac1(MemorySegment in, long at, int length) {
        return isInitiation(in, at, length) || isResponse(in, at, length);
    }

    /** Whether these bytes stand there, in a time that does not depend on where they differ. */
    static boolean isMac(byte[] mac, MemorySegment in, long at) {
        int different = 0;
        for (int i = 0; i < mac.length; i++) {
            different |= mac[i] ^ in.get(ValueLayout.JAVA_BYTE, at + i);
        }
        return different == 0;
    }

    static byte[] copy(MemorySegment in, long at, int length) {
        return in.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE);
    }

    static byte[] ofType(int type, int size) {
        byte[] message = new byte[size];
        message[0] = (byte) type;
        return message;
    }

    static int index(byte[] message, int at) {
        return (int) INTS.get(message, at);
    }

    static void index(byte[] message, int at, int value) {
        INTS.set(message, at, value);
    }

    static byte[] part(byte[] message, int at, int length) {
        return Arrays.copyOfRange(message, at, at + length);
    }

    static void put(byte[] message, int at, byte[] bytes) {
        System.arraycopy(bytes, 0, message, at, bytes.length);
    }

    /** Reads the reserved bytes, in wire order with the first one highest, and zeroes them. */
    static int takeReserved(byte[] message) {
        int reserved = (message[1] & 0xff) << 16 | (message[2] & 0xff) << 8 | (message[3] & 0xff);
        stampReserved(message, 0);
        return reserved;
    }

    static void stampReserved(byte[] message, int reserved) {
        message[1] = (byte) (reserved >>> 16);
        message[2] = (byte) (reserved >>> 8);
        message[3] = (byte) reserved;
    }
}
