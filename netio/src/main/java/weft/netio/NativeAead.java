package weft.netio;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * ChaCha20-Poly1305 (RFC 8439 section 2.8) by a shared library of the system, with WireGuard's nonce: four zero bytes,
 * then the 64-bit counter in little-endian order (WireGuard whitepaper, section 5.4.6).
 *
 * <p>Calls allocate nothing on the heap as long as the segments are native. Heap segments work too, by way of a copy,
 * which handshakes can afford.
 */
public interface NativeAead {
    /** Bytes of a key. */
    int KEY_SIZE = 32;

    /** Bytes that sealing adds. */
    int TAG_SIZE = 16;

    /** The longest additional data that a key takes, bytes; Noise needs 32. */
    int MAX_AAD = 64;

    /** The library and, where it tells, its version: {@code libgcrypt 1.10.1}. */
    String name();

    /** @param secret {@link #KEY_SIZE} bytes, of which a copy is kept outside the heap */
    Key key(byte[] secret);

    /**
     * One key, for one thread at a time; different keys may be used by different threads. The segments of a call must
     * stay open until it returns. Input and output are the same bytes or do not overlap.
     *
     * <p>{@link #close} is the exception: any thread may call it at any moment. A seal that it overtakes wipes its
     * output and throws, so nothing leaves sealed by a key that was half zeroed; an open that it overtakes returns
     * false.
     */
    interface Key extends AutoCloseable {
        /**
         * Writes {@code length + TAG_SIZE} bytes.
         *
         * @throws IllegalStateException once the key is closed
         */
        void seal(long counter, MemorySegment in, long at, int length, MemorySegment out, long outAt);

        /** As without {@code aad}, which is authenticated but not sealed: at most {@link #MAX_AAD} bytes. */
        void seal(long counter, byte[] aad, MemorySegment in, long at, int length, MemorySegment out, long outAt);

        /**
         * Writes {@code length - TAG_SIZE} bytes.
         *
         * @param length of the sealed bytes with their tag
         * @return false if they are forged or the key is closed; the output may hold anything then
         */
        boolean open(long counter, MemorySegment in, long at, int length, MemorySegment out, long outAt);

        boolean open(long counter, byte[] aad, MemorySegment in, long at, int length, MemorySegment out, long outAt);

        /** Zeroes the key. */
        @Override
        void close();
    }

    /** The libraries that this machine has and that passed their check, fastest first. */
    static List<NativeAead> available() {
        return CryptoLibraries.aeads();
    }

    /** For {@code weft doctor}: a line for each library, with the reason if it is not used. */
    static List<String> report() {
        return CryptoLibraries.report();
    }
}
