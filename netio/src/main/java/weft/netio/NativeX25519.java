package weft.netio;

import java.util.Optional;

/** X25519 (RFC 7748 section 5) by a shared library of the system. Safe for any number of threads. */
public interface NativeX25519 {
    /** Bytes of a private key, a public key and a shared secret. */
    int SIZE = 32;

    String name();

    /**
     * @return false if the shared secret is all zero, as a public key of small order makes it (RFC 7748 section 6.1)
     * @throws IllegalArgumentException if an array has not {@link #SIZE} bytes
     */
    boolean agree(byte[] privateKey, byte[] publicKey, byte[] sharedOut);

    void publicKey(byte[] privateKey, byte[] out);

    /** The fastest one that this machine has and that passed its check. */
    static Optional<NativeX25519> load() {
        return CryptoLibraries.x25519();
    }
}
