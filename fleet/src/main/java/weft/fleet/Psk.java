package weft.fleet;

import java.security.MessageDigest;
import java.util.Arrays;

/** The preshared key of a recorded device: 32 bytes, all zero for none. {@link #close} zeroes it. */
public final class Psk implements AutoCloseable {
    /** In bytes. */
    public static final int SIZE = 32;

    private final byte[] bytes;

    /**
     * @param bytes copied
     * @throws IllegalArgumentException unless there are {@value #SIZE}
     */
    public Psk(byte[] bytes) {
        if (bytes.length != SIZE) {
            throw new IllegalArgumentException("a preshared key has " + SIZE + " bytes, not " + bytes.length);
        }
        this.bytes = bytes.clone();
    }

    public static Psk none() {
        return new Psk(new byte[SIZE]);
    }

    /** A copy that the caller zeroes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** In constant time. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Psk that && MessageDigest.isEqual(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return 1;
    }

    @Override
    public String toString() {
        return "Psk";
    }

    @Override
    public void close() {
        Arrays.fill(bytes, (byte) 0);
    }
}
