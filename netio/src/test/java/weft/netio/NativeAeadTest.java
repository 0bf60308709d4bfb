package weft.netio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NativeAeadTest {
    private static final long SEED = 8439;
    private static final int TAG = NativeAead.TAG_SIZE;
    private static final byte[] NO_AAD = {};

    static List<NativeAead> libraries() {
        return NativeAead.available();
    }

    @Test
    void everyLibraryOfTheTestMachineIsFoundAndPassesItsCheckWithTheRfcVectors() {
        assertThat(NativeAead.available())
                .extracting(NativeAead::name)
                .map(name -> name.split(" ", -1)[0])
                .containsExactly("BoringSSL", "libgcrypt", "libcrypto");
        assertThat(NativeAead.report()).hasSize(3).allMatch(line -> line.endsWith(": passed its check"));
    }

    @ParameterizedTest
    @MethodSource("libraries")
    void sealsAndOpensEveryLengthAsTheJdkDoes(NativeAead library) throws Exception {
        Random random = new Random(SEED);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment in = arena.allocate(2100);
            MemorySegment out = arena.allocate(2100);
            for (int length = 0; length <= 2000; length += 1 + random.nextInt(7)) {
                byte[] secret = bytes(random, 32);
                byte[] aad = random.nextBoolean() ? NO_AAD : bytes(random, random.nextInt(NativeAead.MAX_AAD + 1));
                byte[] plain = bytes(random, length);
                long counter = random.nextLong();
                int at = random.nextInt(50);
                int outAt = random.nextInt(50);
                byte[] expected = jdk(secret, counter, aad, plain);
                try (NativeAead.Key key = library.key(secret)) {
                    MemorySegment.copy(plain, 0, in, ValueLayout.JAVA_BYTE, at, length);
                    key.seal(counter, aad, in, at, length, out, outAt);
                    assertThat(slice(out, outAt, length + TAG))
                            .as("seed %d, length %d", SEED, length)
                            .isEqualTo(expected);
                    in.fill((byte) 0);
                    assertThat(key.open(counter, aad, out, outAt, length + TAG, in, at))
                            .as("seed %d, length %d", SEED, length)
                            .isTrue();
                    assertThat(slice(in, at, length)).isEqualTo(plain);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("libraries")
    void worksInPlaceAndOnHeapSegments(NativeAead library) throws Exception {
        byte[] secret = bytes(new Random(SEED), 32);
        byte[] plain = bytes(new Random(SEED + 1), 1420);
        byte[] expected = jdk(secret, 7, NO_AAD, plain);
        try (Arena arena = Arena.ofConfined();
                NativeAead.Key key = library.key(secret)) {
            for (MemorySegment buffer : List.of(arena.allocate(1500), MemorySegment.ofArray(new byte[1500]))) {
                MemorySegment.copy(plain, 0, buffer, ValueLayout.JAVA_BYTE, 16, plain.length);
                key.seal(7, buffer, 16, plain.length, buffer, 16);
                assertThat(slice(buffer, 16, plain.length + TAG)).isEqualTo(expected);
                assertThat(key.open(7, buffer, 16, plain.length + TAG, buffer, 16))
                        .isTrue();
                assertThat(slice(buffer, 16, plain.length)).isEqualTo(plain);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("libraries")
    void refusesEveryFlippedBitAWrongCounterAndAWrongLength(NativeAead library) {
        byte[] aad = HexFormat.of().parseHex("00ff");
        try (Arena arena = Arena.ofConfined();
                NativeAead.Key key = library.key(new byte[32])) {
            MemorySegment sealed = arena.allocate(40 + TAG);
            MemorySegment out = arena.allocate(40);
            key.seal(1, aad, sealed, 0, 40, sealed, 0);
            for (int bit = 0; bit < sealed.byteSize() * 8; bit++) {
                flip(sealed, bit);
                assertThat(key.open(1, aad, sealed, 0, 40 + TAG, out, 0))
                        .as("bit %d", bit)
                        .isFalse();
                flip(sealed, bit);
            }
            assertThat(key.open(2, aad, sealed, 0, 40 + TAG, out, 0)).isFalse();
            assertThat(key.open(1, sealed, 0, 40 + TAG, out, 0)).isFalse();
            for (int length = 0; length < 40 + TAG; length++) {
                assertThat(key.open(1, aad, sealed, 0, length, out, 0)).isFalse();
            }
            assertThat(key.open(1, aad, sealed, 0, 40 + TAG, out, 0)).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("libraries")
    void refusesToLeaveTheSegments(NativeAead library) {
        try (Arena arena = Arena.ofConfined();
                NativeAead.Key key = library.key(new byte[32])) {
            MemorySegment segment = arena.allocate(100);
            assertThatThrownBy(() -> key.seal(0, segment, 0, 85, segment, 0))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> key.seal(0, segment, -1, 20, segment, 0))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> key.open(0, segment, 80, 21, segment, 0))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> key.seal(0, new byte[65], segment, 0, 10, segment, 0))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> library.key(new byte[31])).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @MethodSource("libraries")
    void aClosedKeyNeitherSealsNorOpens(NativeAead library) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment segment = arena.allocate(100);
            NativeAead.Key key = library.key(new byte[32]);
            key.seal(0, segment, 0, 10, segment, 0);
            key.close();
            key.close();
            assertThat(key.open(0, segment, 0, 10 + TAG, segment, 0)).isFalse();
            assertThatThrownBy(() -> key.seal(0, segment, 0, 10, segment, 0)).isInstanceOf(IllegalStateException.class);
        }
    }

    /** What a racing close must never let out is a packet sealed by the zeroed key, which anyone could open. */
    @ParameterizedTest
    @MethodSource("libraries")
    void aKeyClosedInTheMiddleOfASealLetsNothingOut(NativeAead library) throws Exception {
        byte[] plain = bytes(new Random(SEED), 16_000);
        byte[] secret = bytes(new Random(SEED + 1), 32);
        byte[] expected = jdk(secret, 5, NO_AAD, plain);
        try (Arena arena = Arena.ofShared()) {
            MemorySegment in = arena.allocateFrom(ValueLayout.JAVA_BYTE, plain);
            MemorySegment out = arena.allocate(plain.length + TAG);
            for (int round = 0; round < 300; round++) {
                NativeAead.Key key = library.key(secret);
                AtomicBoolean sealing = new AtomicBoolean();
                Thread closer = new Thread(() -> {
                    while (!sealing.get()) {
                        Thread.onSpinWait();
                    }
                    key.close();
                });
                closer.start();
                try {
                    for (int n = 0; n < 1_000_000; n++) {
                        sealing.set(n > 1);
                        key.seal(5, in, 0, plain.length, out, 0);
                        if (n % 16 == 0) {
                            assertThat(slice(out, 0, expected.length)).isEqualTo(expected);
                        }
                    }
                    throw new AssertionError("never closed");
                } catch (IllegalStateException closed) {
                    assertThat(slice(out, 0, expected.length))
                            .satisfiesAnyOf(
                                    bytes -> assertThat(bytes).containsOnly(0),
                                    bytes -> assertThat(bytes).isEqualTo(expected));
                }
                closer.join();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("libraries")
    void allocatesNothingForAPacket(NativeAead library) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Arena arena = Arena.ofConfined();
                NativeAead.Key key = library.key(new byte[32])) {
            MemorySegment buffer = arena.allocate(1500);
            roundTrips(key, buffer, 30_000);
            long before = threads.getCurrentThreadAllocatedBytes();
            roundTrips(key, buffer, 10_000);
            assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(10_000);
        }
    }

    private static void roundTrips(NativeAead.Key key, MemorySegment buffer, int count) {
        for (int n = 0; n < count; n++) {
            key.seal(n, buffer, 0, 100, buffer, 0);
            if (!key.open(n, buffer, 0, 100 + TAG, buffer, 0)) {
                throw new AssertionError("refused");
            }
        }
    }

    private static void flip(MemorySegment segment, int bit) {
        byte old = segment.get(ValueLayout.JAVA_BYTE, bit / 8);
        segment.set(ValueLayout.JAVA_BYTE, bit / 8, (byte) (old ^ 1 << bit % 8));
    }

    private static byte[] slice(MemorySegment segment, long at, int length) {
        return segment.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE);
    }

    private static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] jdk(byte[] secret, long counter, byte[] aad, byte[] plain) throws Exception {
        byte[] nonce = ByteBuffer.allocate(12)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(4, counter)
                .array();
        Cipher cipher = Cipher.getInstance("ChaCha20-Poly1305");
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(secret, "ChaCha20"), new IvParameterSpec(nonce));
        cipher.updateAAD(aad);
        return cipher.doFinal(plain);
    }
}
