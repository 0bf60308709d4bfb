package weft.wireguard;

/** X25519 (RFC 7748). */
public interface Curve {
    String name();

    /** @return 32 bytes */
    byte[] publicKey(byte[] privateKey);

    /**
     * @param shared receives 32 bytes
     * @return false if the result is all zero, as for a public key of low order
     */
    boolean agree(byte[] privateKey, byte[] publicKey, byte[] shared);
}
