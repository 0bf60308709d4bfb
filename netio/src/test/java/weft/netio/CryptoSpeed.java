package weft.netio;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;

/** Prints nanoseconds of CPU time per call of each library; run by hand, judges nothing. */
final class CryptoSpeed {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int ROUNDS = 9;
    private static final int CALLS = 60_000;

    private CryptoSpeed() {}

    public static void main(String[] args) {
        for (NativeAead library : NativeAead.available()) {
            for (int length : List.of(64, 1420)) {
                measure(library, length);
            }
        }
        for (NativeX25519 library :
                List.of(Libcrypto.load().orElseThrow(), BoringSsl.load().orElseThrow())) {
            byte[] secret = new byte[32];
            secret[5] = 3;
            byte[] point = new byte[32];
            library.publicKey(secret, point);
            long nanos = median(() -> {
                for (int n = 0; n < CALLS / 100; n++) {
                    library.agree(secret, point, point);
                }
            });
            System.out.printf("%-18s X25519 %6d ns%n", library.name(), nanos * 100);
        }
    }

    private static void measure(NativeAead library, int length) {
        try (Arena arena = Arena.ofConfined();
                NativeAead.Key key = library.key(new byte[32])) {
            MemorySegment plain = arena.allocate(length);
            MemorySegment sealed = arena.allocate(length + NativeAead.TAG_SIZE);
            long seal = median(() -> {
                for (int n = 0; n < CALLS; n++) {
                    key.seal(n, plain, 0, length, sealed, 0);
                }
            });
            key.seal(1, plain, 0, length, sealed, 0);
            long open = median(() -> {
                for (int n = 0; n < CALLS; n++) {
                    key.open(1, sealed, 0, length + NativeAead.TAG_SIZE, plain, 0);
                }
            });
            System.out.printf("%-18s %4d B  seal %5d ns  open %5d ns%n", library.name(), length, seal, open);
        }
    }

    private static long median(Runnable calls) {
        long[] nanos = new long[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            long start = THREADS.getCurrentThreadCpuTime();
            calls.run();
            nanos[round] = (THREADS.getCurrentThreadCpuTime() - start) / CALLS;
        }
        Arrays.sort(nanos);
        return nanos[ROUNDS / 2];
    }
}
