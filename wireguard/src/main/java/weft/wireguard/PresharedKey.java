package weft.wireguard;

import java.util.Arrays;

/** A symmetric key that two peers share besides their static keys: 32 bytes, all zero for none. */
public final class PresharedKey implements AutoCloseable {
    private final byte[] bytes;

    /** @throws IllegalArgumentException unless there are 32 bytes */
    public PresharedKey(byte[] bytes) {
        this.bytes = Secrets.copy(bytes, "a preshared key");
    }

    /** @throws IllegalArgumentException unless the text is the base64 of 32 bytes */
    public static PresharedKey parse(String base64) {
        byte[] decoded = Secrets.decode(base64, "a preshared key");
        try {
            return new PresharedKey(decoded);
        } finally {
            Arrays.fill(decoded, (byte) 0);
        }
    }

    public static PresharedKey none() {
        return new PresharedKey(new byte[Spec.KEY_SIZE]);
    }

    public boolean isNone() {
        return Secrets.isZero(bytes);
    }

    /** A copy that the caller zeroes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    byte[] raw() {
        return bytes;
    }

    @Override
    public void close() {
        Arrays.fill(bytes, (byte) 0);
    }
}
