package weft.wireguard;

/** BLAKE2s (RFC 7693). */
public interface Hash {
    /** Starts a digest of {@code size} bytes (1 to 32) under a key of 0 to 32 bytes. */
    Digest digest(int size, byte[] key);

    /** A running digest. */
    interface Digest {
        Digest update(byte[] bytes, int at, int length);

        default Digest update(byte[] bytes) {
            return update(bytes, 0, bytes.length);
        }

        void finish(byte[] into, int at);

        /** Begins anew, of the same size, under a key of 0 to 32 bytes; nothing is allocated. */
        void restart(byte[] key);
    }
}
