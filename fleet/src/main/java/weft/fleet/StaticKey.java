package weft.fleet;

import java.util.Arrays;

/** An X25519 public key: 32 bytes that name a device, or one of the fleet's own identities. */
public final class StaticKey {
    /** In bytes. */
    public static final int SIZE = 32;

    private final byte[] bytes;

    /**
     * @param bytes copied
     * @throws IllegalArgumentException unless there are {@value #SIZE}
     */
    public StaticKey(byte[] bytes) {
        if (bytes.length != SIZE) {
            throw new IllegalArgumentException("a static key has " + SIZE + " bytes, not " + bytes.length);
        }
        this.bytes = bytes.clone();
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StaticKey that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** Not the key: which devices are where must not get into logs. */
    @Override
    public String toString() {
        return "StaticKey";
    }
}
