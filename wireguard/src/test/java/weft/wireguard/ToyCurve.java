package weft.wireguard;

import java.nio.ByteBuffer;

/**
 * Diffie-Hellman modulo 2^61 − 1, of no strength and a hundred times as fast as X25519: for tests of what happens when,
 * not of what is computed.
 */
final class ToyCurve implements Curve {
    private static final long P = (1L << 61) - 1;

    @Override
    public String name() {
        return "toy";
    }

    @Override
    public byte[] publicKey(byte[] privateKey) {
        return bytes(power(37, exponent(privateKey)));
    }

    @Override
    public boolean agree(byte[] privateKey, byte[] publicKey, byte[] shared) {
        long base = Long.remainderUnsigned(ByteBuffer.wrap(publicKey).getLong(), P);
        System.arraycopy(bytes(power(base, exponent(privateKey))), 0, shared, 0, shared.length);
        return base != 0;
    }

    private static long exponent(byte[] key) {
        return ByteBuffer.wrap(key).getLong() & Long.MAX_VALUE;
    }

    private static byte[] bytes(long value) {
        return ByteBuffer.allocate(32).putLong(value).array();
    }

    private static long power(long base, long exponent) {
        long result = 1;
        long square = base;
        for (long left = exponent; left != 0; left >>>= 1) {
            if ((left & 1) != 0) {
                result = times(result, square);
            }
            square = times(square, square);
        }
        return result;
    }

    private static long times(long a, long b) {
        long low = a * b;
        long sum = (low & P) + ((Math.multiplyHigh(a, b) << 3) | (low >>> 61));
        return sum >= P ? sum - P : sum;
    }
}
