package weft.e2e;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.function.Consumer;

/**
 * Pairs of key and nonce in a file that outlives its process, even by kill -9: it is mapped, and the page is the kernel's.
 * The number of pairs, then 16 bytes for each: the beginning of the key's SHA-256, and the counter.
 */
final class NonceLog {
    static final String PREFIX = "nonces-";

    private static final long MOST = 1 << 22;
    private static final long PAIR = 2 * Long.BYTES;
    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();

    private final MemorySegment file;

    private NonceLog(MemorySegment file) {
        this.file = file;
    }

    /**
     * What was sealed by.
     *
     * @param key the first eight bytes of its hash
     */
    record Pair(long key, long nonce) {}

    static NonceLog create(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(
                path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return new NonceLog(channel.map(FileChannel.MapMode.READ_WRITE, 0, (1 + MOST) * PAIR, Arena.global()));
        }
    }

    static long hash(byte[] key) {
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(key))
                    .getLong();
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new AssertionError(everyJavaHasIt);
        }
    }

    /** From any thread. */
    void add(long key, long nonce) {
        long number = 1 + (long) LONG.getAndAdd(file, 0L, 1L);
        if (number > MOST) {
            throw new IllegalStateException("no room for more nonces");
        }
        LONG.set(file, number * PAIR, key);
        LONG.set(file, number * PAIR + Long.BYTES, nonce);
    }

    /** Of a process that may run on. */
    static void read(Path path, Consumer<Pair> each) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
                Arena arena = Arena.ofConfined()) {
            MemorySegment file = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            long count = (long) LONG.get(file, 0L);
            for (long i = 1; i <= count; i++) {
                each.accept(new Pair((long) LONG.get(file, i * PAIR), (long) LONG.get(file, i * PAIR + Long.BYTES)));
            }
        }
    }
}
