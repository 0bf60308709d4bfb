package weft.wireguard;

import java.lang.foreign.MemorySegment;

/**
 * ChaCha20-Poly1305 (RFC 8439) for transport data: the nonce is four zero bytes and a 64-bit little-endian counter, and
 * there is no additional data (whitepaper, 5.4.6).
 */
public interface Aead {
    /** What status reports call it. */
    String name();

    /** @param secret 32 bytes, copied */
    Key key(byte[] secret);

    /** One direction of one session. Used by one thread at a time, except for {@link #close}. */
    interface Key extends AutoCloseable {
        /**
         * Writes {@code length} bytes of ciphertext and a tag of 16. Input and output may be the same place.
         */
        void seal(long counter, MemorySegment in, long at, int length, MemorySegment out, long outAt);

        /**
         * Writes {@code length - 16} bytes of plaintext.
         *
         * @param length of ciphertext and tag, at least 16
         * @return false if it is forged; the output may then hold anything
         */
        boolean open(long counter, MemorySegment in, long at, int length, MemorySegment out, long outAt);

        /** Zeroes the key. May come from another thread while a packet is being sealed or opened. */
        @Override
        void close();
    }
}
