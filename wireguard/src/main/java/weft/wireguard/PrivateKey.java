package weft.wireguard;

import java.util.Arrays;

/** An X25519 private key: 32 bytes, clamped (RFC 7748, section 5). {@link #close} zeroes it. */
public final class PrivateKey implements AutoCloseable {
    private final byte[] bytes;

    /** @throws IllegalArgumentException unless there are 32 bytes */
    public PrivateKey(byte[] bytes) {
        this.bytes = Secrets.copy(bytes, "a private key");
        this.bytes[0] &= (byte) 0xf8;
        this.bytes[31] = (byte) ((this.bytes[31] & 0x7f) | 0x40);
    }

    /** @throws IllegalArgumentException unless the text is the base64 of 32 bytes */
    public static PrivateKey parse(String base64) {
        byte[] decoded = Secrets.decode(base64, "a private key");
        try {
            return new PrivateKey(decoded);
        } finally {
            Arrays.fill(decoded, (byte) 0);
        }
    }

    public PublicKey publicKey(Curve curve) {
        return new PublicKey(curve.publicKey(bytes));
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
