package weft.wireguard;

import java.util.Arrays;

/** An X25519 public key: 32 bytes. */
public final class PublicKey {
    private final byte[] bytes;

    public PublicKey(byte[] bytes) {
        if (bytes.length != 32) {
            throw new IllegalArgumentException("a public key has 32 bytes, not " + bytes.length);
        }
        this.bytes = bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PublicKey that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }
}
