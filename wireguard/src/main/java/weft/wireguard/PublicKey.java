package weft.wireguard;

import java.util.Arrays;
import java.util.Base64;

/** An X25519 public key: 32 bytes. It names a peer. */
public final class PublicKey {
    private final byte[] bytes;

    /** @throws IllegalArgumentException unless there are 32 bytes */
    public PublicKey(byte[] bytes) {
        this.bytes = Secrets.copy(bytes, "a public key");
    }

    /** @throws IllegalArgumentException unless the text is the base64 of 32 bytes */
    public static PublicKey parse(String base64) {
        return new PublicKey(Secrets.decode(base64, "a public key"));
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    byte[] raw() {
        return bytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PublicKey that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** The base64 form, as {@code wg show} prints it. */
    @Override
    public String toString() {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
