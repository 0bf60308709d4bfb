package weft.api;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;

/**
 * The 32 bytes of a WireGuard key (a public key or a preshared key). Equality takes the same time whatever differs,
 * and {@code toString} gives nothing away, so that a key never ends in a log by accident.
 */
public final class DeviceKey {
    /** Size of a key in bytes. */
    public static final int SIZE = 32;

    private final byte[] bytes;

    private DeviceKey(byte[] bytes) {
        if (bytes.length != SIZE) {
            throw new IllegalArgumentException("a key has " + SIZE + " bytes, not " + bytes.length);
        }
        this.bytes = bytes;
    }

    /**
     * Copies the 32 bytes.
     *
     * @throws IllegalArgumentException for any other length
     */
    public static DeviceKey of(byte[] bytes) {
        return new DeviceKey(bytes.clone());
    }

    /**
     * Reads the 44 characters that {@code wg pubkey} prints.
     *
     * @throws IllegalArgumentException if that is not the base64 of 32 bytes
     */
    @JsonCreator
    public static DeviceKey parse(String base64) {
        if (base64.length() != 44) {
            throw new IllegalArgumentException("a key has 44 characters of base64, not " + base64.length());
        }
        DeviceKey key = new DeviceKey(Base64.getDecoder().decode(base64));
        if (!key.base64().equals(base64)) {
            throw new IllegalArgumentException("the key is not in canonical base64");
        }
        return key;
    }

    /** The 44 characters that {@code wg} reads. */
    @JsonValue
    public String base64() {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** A copy of the 32 bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DeviceKey that && MessageDigest.isEqual(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "DeviceKey[…]";
    }
}
