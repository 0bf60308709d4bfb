package weft.wireguard;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.digests.Blake2sDigest;
import org.bouncycastle.crypto.engines.ChaChaEngine;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.modes.ChaCha20Poly1305;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.math.ec.rfc7748.X25519;

/** WireGuard's functions as section 5.4 of the whitepaper writes them, on BouncyCastle; shares nothing with the library. */
final class Oracle {
    private Oracle() {}

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    static byte[] little(int value) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array();
    }

    static byte[] little(long value) {
        return ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array();
    }

    static byte[] hash(byte[]... parts) {
        Blake2sDigest digest = new Blake2sDigest(256);
        return finished(digest, 32, concat(parts));
    }

    static byte[] mac(byte[] key, byte[]... parts) {
        return finished(new Blake2sDigest(key, 16, null, null), 16, concat(parts));
    }

    private static byte[] finished(Blake2sDigest digest, int size, byte[] input) {
        byte[] out = new byte[size];
        digest.update(input, 0, input.length);
        digest.doFinal(out, 0);
        return out;
    }

    static byte[] hmac(byte[] key, byte[]... parts) {
        HMac hmac = new HMac(new Blake2sDigest(256));
        hmac.init(new KeyParameter(key));
        byte[] input = concat(parts);
        hmac.update(input, 0, input.length);
        byte[] out = new byte[32];
        hmac.doFinal(out, 0);
        return out;
    }

    /** KDF_n: the outputs τ1 to τ3, of which the caller takes the first n. */
    static byte[][] kdf(byte[] key, byte[] input) {
        byte[] zero = hmac(key, input);
        byte[] one = hmac(zero, new byte[] {1});
        byte[] two = hmac(zero, one, new byte[] {2});
        return new byte[][] {one, two, hmac(zero, two, new byte[] {3})};
    }

    static byte[] dh(byte[] privateKey, byte[] publicKey) {
        byte[] out = new byte[32];
        X25519.scalarMult(privateKey, 0, publicKey, 0, out, 0);
        return out;
    }

    static byte[] dhPublic(byte[] privateKey) {
        byte[] out = new byte[32];
        X25519.scalarMultBase(privateKey, 0, out, 0);
        return out;
    }

    static byte[] aead(byte[] key, long counter, byte[] text, byte[] additional) {
        return seal(key, concat(new byte[4], little(counter)), text, additional);
    }

    static byte[] seal(byte[] key, byte[] nonce, byte[] text, byte[] additional) {
        ChaCha20Poly1305 cipher = new ChaCha20Poly1305();
        cipher.init(true, new AEADParameters(new KeyParameter(key), 128, nonce, additional));
        byte[] out = new byte[text.length + 16];
        int length = cipher.processBytes(text, 0, text.length, out, 0);
        try {
            cipher.doFinal(out, length);
        } catch (InvalidCipherTextException impossible) {
            throw new AssertionError(impossible);
        }
        return out;
    }

    static byte[] xaead(byte[] key, byte[] nonce, byte[] text, byte[] additional) {
        byte[] tail = concat(new byte[4], Arrays.copyOfRange(nonce, 16, 24));
        return seal(hChaCha20(key, nonce), tail, text, additional);
    }

    /** BouncyCastle's core adds its input at the end; taking that away again leaves the bare permutation. */
    static byte[] hChaCha20(byte[] key, byte[] nonce) {
        int[] in = new int[16];
        byte[] all = concat(ascii("expand 32-byte k"), key, Arrays.copyOf(nonce, 16));
        ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(in);
        int[] out = new int[16];
        ChaChaEngine.chachaCore(20, in, out);
        ByteBuffer subkey = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
        for (int i : new int[] {0, 1, 2, 3, 12, 13, 14, 15}) {
            subkey.putInt(out[i] - in[i]);
        }
        return subkey.array();
    }
}
