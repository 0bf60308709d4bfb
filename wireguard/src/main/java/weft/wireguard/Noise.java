package weft.wireguard;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The symmetric state of one Noise_IKpsk2 handshake: the whitepaper's C (chaining key) and H (hash), sections 5.4.2 and
 * 5.4.3. {@link #close} zeroes it.
 */
final class Noise implements AutoCloseable {
    private static final byte[] CONSTRUCTION = ascii("Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s");
    private static final byte[] IDENTIFIER = ascii("WireGuard v1 zx2c4 Jason@zx2c4.com");
    private static final byte[] NOTHING = {};

    private final Kdf kdf;
    private byte[] chainingKey;
    private byte[] hash;

    Noise(Kdf kdf, byte[] responderStatic) {
        this.kdf = kdf;
        chainingKey = kdf.hash(CONSTRUCTION, NOTHING);
        hash = kdf.hash(kdf.hash(chainingKey, IDENTIFIER), responderStatic);
    }

    private Noise(Noise from) {
        kdf = from.kdf;
        chainingKey = from.chainingKey.clone();
        hash = from.hash.clone();
    }

    Noise copy() {
        return new Noise(this);
    }

    void mixHash(byte[] data) {
        hash = kdf.hash(hash, data);
    }

    /** C := KDF1(C, input). */
    void mixKey(byte[] input) {
        advance(kdf.derive(chainingKey, input, 1));
    }

    /** (C, k) := KDF2(C, input). */
    byte[] mixKeyAndDerive(byte[] input) {
        byte[][] outputs = kdf.derive(chainingKey, input, 2);
        advance(outputs);
        return outputs[1];
    }

    /** (C, t, k) := KDF3(C, psk), with t mixed into the hash. */
    byte[] mixPresharedKey(byte[] psk) {
        byte[][] outputs = kdf.derive(chainingKey, psk, 3);
        advance(outputs);
        mixHash(outputs[1]);
        return outputs[2];
    }

    private void advance(byte[][] outputs) {
        Arrays.fill(chainingKey, (byte) 0);
        chainingKey = outputs[0];
    }

    /** Seals under a key that is used once and zeroed; the hash takes the ciphertext in. */
    byte[] seal(byte[] key, byte[] plaintext) {
        byte[] sealed = Arrays.copyOf(plaintext, plaintext.length + Spec.TAG_SIZE);
        ChaChaPoly aead = once(key);
        aead.seal(0, hash, sealed, 0, plaintext.length);
        aead.erase();
        mixHash(sealed);
        return sealed;
    }

    /** @return null if it is forged */
    byte @Nullable [] open(byte[] key, byte[] sealed) {
        byte[] text = sealed.clone();
        ChaChaPoly aead = once(key);
        boolean genuine = aead.open(0, hash, text, 0, text.length);
        aead.erase();
        if (!genuine) {
            return null;
        }
        mixHash(sealed);
        return Arrays.copyOf(text, text.length - Spec.TAG_SIZE);
    }

    private static ChaChaPoly once(byte[] key) {
        ChaChaPoly aead = new ChaChaPoly(key);
        Arrays.fill(key, (byte) 0);
        return aead;
    }

    /** The two transport keys: from initiator to responder, and back. The state is zeroed. */
    byte[][] split() {
        byte[][] keys = kdf.derive(chainingKey, NOTHING, 2);
        close();
        return keys;
    }

    @Override
    public void close() {
        Arrays.fill(chainingKey, (byte) 0);
        Arrays.fill(hash, (byte) 0);
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
