package weft.wireguard;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Poly1305 (RFC 8439, section 2.5) on limbs of 44, 44 and 42 bits.
 *
 * <p>A product of two limbs has up to 91 bits. It is split at bit 44 without a carry to detect: the low part is the
 * wrapped product under a mask, the high part is {@code multiplyHigh} of both factors shifted left by 10, since
 * (a·2^10 · b·2^10) / 2^64 = a·b / 2^44. Sums of three low parts and of three high parts then fit a long.
 */
final class Poly1305 {
    static final int TAG = 16;
    private static final int BLOCK = 16;
    /** 2^128, as the highest limb has it. */
    private static final long WHOLE = 1L << 40;

    private static final long M44 = (1L << 44) - 1;
    private static final long M42 = (1L << 42) - 1;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final byte[] partial = new byte[BLOCK];
    private long r0;
    private long r1;
    private long r2;
    private long pad0;
    private long pad1;
    private long h0;
    private long h1;
    private long h2;

    /** Starts anew under the 32 bytes of a one-time key. */
    void init(byte[] key, int at) {
        long t0 = (long) LONGS.get(key, at);
        long t1 = (long) LONGS.get(key, at + 8);
        r0 = t0 & 0xffc0fffffffL;
        r1 = ((t0 >>> 44) | (t1 << 20)) & 0xfffffc0ffffL;
        r2 = (t1 >>> 24) & 0x00ffffffc0fL;
        pad0 = (long) LONGS.get(key, at + 16);
        pad1 = (long) LONGS.get(key, at + 24);
        h0 = 0;
        h1 = 0;
        h2 = 0;
    }

    /** Takes bytes in, then zeros up to a multiple of 16, as the AEAD wants. */
    void updatePadded(byte[] bytes, int at, int length) {
        int whole = length & -BLOCK;
        blocks(bytes, at, whole, WHOLE);
        if (whole < length) {
            fill(bytes, at + whole, length - whole);
            blocks(partial, 0, BLOCK, WHOLE);
        }
    }

    /** Takes the end of a message in that nothing pads: its last block is closed by a one in place of the 2^128 of the others. */
    void updateLast(byte[] bytes, int at, int length) {
        int whole = length & -BLOCK;
        blocks(bytes, at, whole, WHOLE);
        if (whole < length) {
            fill(bytes, at + whole, length - whole);
            partial[length - whole] = 1;
            blocks(partial, 0, BLOCK, 0);
        }
    }

    private void fill(byte[] bytes, int at, int length) {
        Arrays.fill(partial, length, BLOCK, (byte) 0);
        System.arraycopy(bytes, at, partial, 0, length);
    }

    /** Takes the AEAD's last block in: both lengths in bytes. */
    void updateLengths(long additional, long text) {
        LONGS.set(partial, 0, additional);
        LONGS.set(partial, 8, text);
        blocks(partial, 0, BLOCK, WHOLE);
    }

    private void blocks(byte[] bytes, int at, int length, long closing) {
        long a = h0;
        long b = h1;
        long c = h2;
        long s1 = r1 * 20;
        long s2 = r2 * 20;
        long hr0 = r0 << 10;
        long hr1 = r1 << 10;
        long hr2 = r2 << 10;
        long hs1 = s1 << 10;
        long hs2 = s2 << 10;
        for (int end = at + length, i = at; i < end; i += BLOCK) {
            long t0 = (long) LONGS.get(bytes, i);
            long t1 = (long) LONGS.get(bytes, i + 8);
            a += t0 & M44;
            b += ((t0 >>> 44) | (t1 << 20)) & M44;
            c += ((t1 >>> 24) & M42) | closing;
            long ha = a << 10;
            long hb = b << 10;
            long hc = c << 10;
            long low = ((a * r0) & M44) + ((b * s2) & M44) + ((c * s1) & M44);
            long high = Math.multiplyHigh(ha, hr0) + Math.multiplyHigh(hb, hs2) + Math.multiplyHigh(hc, hs1);
            long low1 = ((a * r1) & M44) + ((b * r0) & M44) + ((c * s2) & M44);
            long high1 = Math.multiplyHigh(ha, hr1) + Math.multiplyHigh(hb, hr0) + Math.multiplyHigh(hc, hs2);
            long low2 = ((a * r2) & M44) + ((b * r1) & M44) + ((c * r0) & M44);
            long high2 = Math.multiplyHigh(ha, hr2) + Math.multiplyHigh(hb, hr1) + Math.multiplyHigh(hc, hr0);
            low1 += high + (low >>> 44);
            low2 += high1 + (low1 >>> 44);
            a = (low & M44) + 5 * ((high2 << 2) + (low2 >>> 42));
            b = (low1 & M44) + (a >>> 44);
            a &= M44;
            c = low2 & M42;
        }
        h0 = a;
        h1 = b;
        h2 = c;
    }

    /** Writes the tag of 16 bytes. */
    void finish(byte[] into, int at) {
        carry();
        carry();
        // h − p, chosen over h if it is not negative.
        long g0 = h0 + 5;
        long g1 = h1 + (g0 >>> 44);
        g0 &= M44;
        long g2 = h2 + (g1 >>> 44) - (1L << 42);
        g1 &= M44;
        long keep = g2 >> 63;
        long a = (h0 & keep) | (g0 & ~keep);
        long b = (h1 & keep) | (g1 & ~keep);
        long c = (h2 & keep) | (g2 & ~keep);
        long low = a | (b << 44);
        long high = (b >>> 20) | (c << 24);
        long sum = low + pad0;
        long carry = Long.compareUnsigned(sum, low) < 0 ? 1 : 0;
        LONGS.set(into, at, sum);
        LONGS.set(into, at + 8, high + pad1 + carry);
        clear();
    }

    private void carry() {
        h1 += h0 >>> 44;
        h0 &= M44;
        h2 += h1 >>> 44;
        h1 &= M44;
        h0 += 5 * (h2 >>> 42);
        h2 &= M42;
        h1 += h0 >>> 44;
        h0 &= M44;
    }

    private void clear() {
        r0 = 0;
        r1 = 0;
        r2 = 0;
        pad0 = 0;
        pad1 = 0;
        h0 = 0;
        h1 = 0;
        h2 = 0;
    }
}
