package weft.wireguard;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.ChaCha20ParameterSpec;

/**
 * ChaCha20-Poly1305 (RFC 8439, section 2.8) from the JDK's ChaCha20, which HotSpot has vector code for, and
 * {@link Poly1305}. The JDK's own combination is slower and makes 2 KB of garbage a packet.
 *
 * <p>The key stream's first block gives the one-time key of the MAC, the text begins with the second: so a packet is one
 * initialisation of the cipher, a block of zeros, and the text. One thread at a time.
 */
final class ChaChaPoly {
    private static final int BLOCK = 64;
    private static final byte[] ZEROS = new byte[BLOCK];
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final Cipher cipher;
    private final ErasableKey key;
    private final Poly1305 mac = new Poly1305();
    private final byte[] nonce = new byte[12];
    private final byte[] first = new byte[BLOCK];
    private final byte[] tag = new byte[Spec.TAG_SIZE];

    ChaChaPoly(byte[] secret) {
        key = new ErasableKey(secret.clone());
        try {
            cipher = Cipher.getInstance("ChaCha20");
        } catch (GeneralSecurityException absent) {
            throw new IllegalStateException("this JDK has no ChaCha20", absent);
        }
    }

    /** Seals {@code length} bytes in place and puts the tag behind them. */
    void seal(long counter, byte[] additional, byte[] text, int at, int length) {
        start(Cipher.ENCRYPT_MODE, counter);
        crypt(text, at, length);
        mac.init(first, 0);
        authenticate(additional, text, at, length);
        mac.finish(text, at + length);
    }

    /** Opens {@code length} bytes, the tag included, in place; on a false tag nothing is decrypted. */
    boolean open(long counter, byte[] additional, byte[] text, int at, int length) {
        int plain = length - Spec.TAG_SIZE;
        // In the other mode the JDK refuses one nonce twice in a row, as it comes when a forger guesses the next
        // counter.
        start(Cipher.DECRYPT_MODE, counter);
        mac.init(first, 0);
        authenticate(additional, text, at, plain);
        mac.finish(tag, 0);
        byte[] given = Arrays.copyOfRange(text, at + plain, at + length);
        if (!MessageDigest.isEqual(tag, given)) {
            return false;
        }
        crypt(text, at, plain);
        return true;
    }

    private void start(int mode, long counter) {
        LONGS.set(nonce, 4, counter);
        try {
            cipher.init(mode, key, new ChaCha20ParameterSpec(nonce, 0));
            cipher.update(ZEROS, 0, BLOCK, first, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("ChaCha20", e);
        }
    }

    private void crypt(byte[] text, int at, int length) {
        try {
            cipher.update(text, at, length, text, at);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("ChaCha20", e);
        }
    }

    private void authenticate(byte[] additional, byte[] text, int at, int length) {
        mac.updatePadded(additional, 0, additional.length);
        mac.updatePadded(text, at, length);
        mac.updateLengths(additional.length, length);
    }

    /** Zeroes what is ours of the key; the JDK's cipher keeps a copy until it is collected. */
    void erase() {
        Arrays.fill(key.bytes, (byte) 0);
        Arrays.fill(first, (byte) 0);
    }

    private static final class ErasableKey implements SecretKey {
        private static final long serialVersionUID = 1L;

        @SuppressWarnings("serial") // never serialised; javax.crypto.SecretKey happens to be Serializable
        private final byte[] bytes;

        ErasableKey(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public String getAlgorithm() {
            return "ChaCha20";
        }

        @Override
        public String getFormat() {
            return "RAW";
        }

        @Override
        public byte[] getEncoded() {
            return bytes.clone();
        }
    }
}
