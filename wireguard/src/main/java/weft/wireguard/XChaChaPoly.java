package weft.wireguard;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03) with a nonce of 24 bytes; cookie replies are sealed with it. */
final class XChaChaPoly {
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private XChaChaPoly() {}

    static void seal(byte[] key, byte[] nonce, byte[] additional, byte[] text, int at, int length) {
        ChaChaPoly aead = derived(key, nonce);
        aead.seal(tail(nonce), additional, text, at, length);
        aead.erase();
    }

    static boolean open(byte[] key, byte[] nonce, byte[] additional, byte[] text, int at, int length) {
        ChaChaPoly aead = derived(key, nonce);
        boolean genuine = aead.open(tail(nonce), additional, text, at, length);
        aead.erase();
        return genuine;
    }

    private static ChaChaPoly derived(byte[] key, byte[] nonce) {
        byte[] subkey = hChaCha20(key, nonce);
        try {
            return new ChaChaPoly(subkey);
        } finally {
            Arrays.fill(subkey, (byte) 0);
        }
    }

    private static long tail(byte[] nonce) {
        return ((int) INTS.get(nonce, 16) & 0xffffffffL) | ((long) (int) INTS.get(nonce, 20) << 32);
    }

    /** The subkey for a key of 32 bytes and the first 16 of the nonce (draft, section 2.2). */
    static byte[] hChaCha20(byte[] key, byte[] nonce) {
        int[] x = new int[16];
        x[0] = 0x61707865;
        x[1] = 0x3320646e;
        x[2] = 0x79622d32;
        x[3] = 0x6b206574;
        for (int i = 0; i < 8; i++) {
            x[4 + i] = (int) INTS.get(key, 4 * i);
        }
        for (int i = 0; i < 4; i++) {
            x[12 + i] = (int) INTS.get(nonce, 4 * i);
        }
        for (int i = 0; i < 10; i++) {
            quarter(x, 0, 4, 8, 12);
            quarter(x, 1, 5, 9, 13);
            quarter(x, 2, 6, 10, 14);
            quarter(x, 3, 7, 11, 15);
            quarter(x, 0, 5, 10, 15);
            quarter(x, 1, 6, 11, 12);
            quarter(x, 2, 7, 8, 13);
            quarter(x, 3, 4, 9, 14);
        }
        byte[] subkey = new byte[32];
        for (int i = 0; i < 4; i++) {
            INTS.set(subkey, 4 * i, x[i]);
            INTS.set(subkey, 16 + 4 * i, x[12 + i]);
        }
        Arrays.fill(x, 0);
        return subkey;
    }

    private static void quarter(int[] x, int a, int b, int c, int d) {
        x[a] += x[b];
        x[d] = Integer.rotateLeft(x[d] ^ x[a], 16);
        x[c] += x[d];
        x[b] = Integer.rotateLeft(x[b] ^ x[c], 12);
        x[a] += x[b];
        x[d] = Integer.rotateLeft(x[d] ^ x[a], 8);
        x[c] += x[d];
        x[b] = Integer.rotateLeft(x[b] ^ x[c], 7);
    }
}
