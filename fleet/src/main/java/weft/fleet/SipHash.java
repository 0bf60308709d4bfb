package weft.fleet;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * SipHash-2-4 with 64 bits of output (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012): a keyed hash that is
 * quick on a few words and that nobody can predict without the key.
 *
 * <p>Either {@link #of} for one word, which any thread may call, or {@link #start}, some {@link #add} and {@link #finish} for
 * a message in pieces, which one thread at a time may do. How a message is cut into pieces makes no difference.
 */
public final class SipHash implements AutoCloseable {
    /** In bytes. */
    public static final int KEY_SIZE = 16;

    private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final long INIT0 = 0x736f6d6570736575L;
    private static final long INIT1 = 0x646f72616e646f6dL;
    private static final long INIT2 = 0x6c7967656e657261L;
    private static final long INIT3 = 0x7465646279746573L;

    private long key0;
    private long key1;

    private long v0;
    private long v1;
    private long v2;
    private long v3;
    /** The bytes that do not make a whole word yet: the first one lowest, zeros above the last. */
    private long rest;

    private int length;

    private long marked0;
    private long marked1;
    private long marked2;
    private long marked3;
    private long markedRest;
    private int markedLength;

    /**
     * @param key copied
     * @throws IllegalArgumentException unless there are {@value #KEY_SIZE} bytes
     */
    public SipHash(byte[] key) {
        if (key.length != KEY_SIZE) {
            throw new IllegalArgumentException("a key of SipHash has " + KEY_SIZE + " bytes, not " + key.length);
        }
        ByteBuffer words = ByteBuffer.wrap(key).order(ByteOrder.LITTLE_ENDIAN);
        key0 = words.getLong();
        key1 = words.getLong();
        start();
    }

    /** The hash of eight bytes, the lowest byte of the word being the first. */
    public long of(long word) {
        long a = key0 ^ INIT0;
        long b = key1 ^ INIT1;
        long c = key0 ^ INIT2;
        long d = key1 ^ INIT3 ^ word;
        for (int round = 0; round < 8; round++) {
            if (round == 2) {
                a ^= word;
                d ^= lengthByte(Long.BYTES);
            } else if (round == 4) {
                a ^= lengthByte(Long.BYTES);
                c ^= 0xff;
            }
            a += b;
            b = Long.rotateLeft(b, 13) ^ a;
            a = Long.rotateLeft(a, 32);
            c += d;
            d = Long.rotateLeft(d, 16) ^ c;
            a += d;
            d = Long.rotateLeft(d, 21) ^ a;
            c += b;
            b = Long.rotateLeft(b, 17) ^ c;
            c = Long.rotateLeft(c, 32);
        }
        return a ^ b ^ c ^ d;
    }

    /** Begins a message; what was under way is forgotten. */
    public SipHash start() {
        v0 = key0 ^ INIT0;
        v1 = key1 ^ INIT1;
        v2 = key0 ^ INIT2;
        v3 = key1 ^ INIT3;
        rest = 0;
        length = 0;
        return this;
    }

    /** Messages that begin like this one can go on from here, by {@link #reset}, until the next mark. */
    SipHash mark() {
        marked0 = v0;
        marked1 = v1;
        marked2 = v2;
        marked3 = v3;
        markedRest = rest;
        markedLength = length;
        return this;
    }

    /** Begins a message with what had been added at the last {@link #mark}. */
    SipHash reset() {
        v0 = marked0;
        v1 = marked1;
        v2 = marked2;
        v3 = marked3;
        rest = markedRest;
        length = markedLength;
        return this;
    }

    public SipHash add(MemorySegment bytes, long at, int count) {
        int i = 0;
        for (; i + Long.BYTES <= count; i += Long.BYTES) {
            add(bytes.get(WORD, at + i));
        }
        for (; i < count; i++) {
            addByte(bytes.get(ValueLayout.JAVA_BYTE, at + i));
        }
        return this;
    }

    /** Adds eight bytes, the lowest one of the word first. */
    public SipHash add(long word) {
        int shift = 8 * (length & 7);
        length += Long.BYTES;
        if (shift == 0) {
            compress(word);
        } else {
            compress(rest | word << shift);
            rest = word >>> (Long.SIZE - shift);
        }
        return this;
    }

    private void addByte(byte b) {
        rest |= (b & 0xffL) << (8 * (length & 7));
        length++;
        if ((length & 7) == 0) {
            compress(rest);
            rest = 0;
        }
    }

    /** The hash of all that was added. Begin anew afterwards. */
    public long finish() {
        compress(rest | lengthByte(length));
        v2 ^= 0xff;
        round();
        round();
        round();
        round();
        return v0 ^ v1 ^ v2 ^ v3;
    }

    /** The last word's highest byte is the length modulo 256. */
    private static long lengthByte(int length) {
        return (long) length << 56;
    }

    private void compress(long word) {
        v3 ^= word;
        round();
        round();
        v0 ^= word;
    }

    private void round() {
        v0 += v1;
        v1 = Long.rotateLeft(v1, 13) ^ v0;
        v0 = Long.rotateLeft(v0, 32);
        v2 += v3;
        v3 = Long.rotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = Long.rotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = Long.rotateLeft(v1, 17) ^ v2;
        v2 = Long.rotateLeft(v2, 32);
    }

    /** Zeroes the key. Hashes made from now on are those of a key of zeros. */
    @Override
    public void close() {
        key0 = 0;
        key1 = 0;
        start().mark();
    }
}
