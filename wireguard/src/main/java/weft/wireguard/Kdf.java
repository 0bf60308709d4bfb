package weft.wireguard;

import java.util.Arrays;

/** HASH, MAC, HMAC and KDF as the whitepaper (section 5.4) builds them from BLAKE2s. */
final class Kdf {
    private static final int HMAC_BLOCK = 64;
    private static final byte[] NO_KEY = {};

    private final Hash hash;

    Kdf(Hash hash) {
        this.hash = hash;
    }

    byte[] hash(byte[] first, byte[] second) {
        byte[] out = new byte[Spec.HASH_SIZE];
        hash.digest(Spec.HASH_SIZE, NO_KEY).update(first).update(second).finish(out, 0);
        return out;
    }

    /** Keyed BLAKE2s of 16 bytes over a part of an array. */
    byte[] mac(byte[] key, byte[] message, int length) {
        byte[] out = new byte[Spec.MAC_SIZE];
        hash.digest(Spec.MAC_SIZE, key).update(message, 0, length).finish(out, 0);
        return out;
    }

    /** KDF_n: {@code count} outputs of 32 bytes. */
    byte[][] derive(byte[] chainingKey, byte[] input, int count) {
        byte[] secret = hmac(chainingKey, input, NO_KEY);
        byte[][] outputs = new byte[count][];
        byte[] before = NO_KEY;
        for (int i = 0; i < count; i++) {
            before = hmac(secret, before, new byte[] {(byte) (i + 1)});
            outputs[i] = before;
        }
        Arrays.fill(secret, (byte) 0);
        return outputs;
    }

    private byte[] hmac(byte[] key, byte[] first, byte[] second) {
        byte[] out = new byte[Spec.HASH_SIZE];
        byte[] pad = new byte[HMAC_BLOCK];
        fillPad(pad, key, 0x36);
        hash.digest(Spec.HASH_SIZE, NO_KEY)
                .update(pad)
                .update(first)
                .update(second)
                .finish(out, 0);
        fillPad(pad, key, 0x5c);
        hash.digest(Spec.HASH_SIZE, NO_KEY).update(pad).update(out).finish(out, 0);
        Arrays.fill(pad, (byte) 0);
        return out;
    }

    private static void fillPad(byte[] pad, byte[] key, int with) {
        for (int i = 0; i < HMAC_BLOCK; i++) {
            pad[i] = (byte) (with ^ (i < key.length ? key[i] : 0));
        }
    }
}
