package weft.netio;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * BoringSSL's {@code EVP_AEAD}: one call for each packet.
 *
 * <p>Its context for ChaCha20-Poly1305 holds the key itself and owns no other memory, so it lives in an automatic arena
 * and needs no clean-up call. Where in it the key lies is found, not assumed: a build that keeps its keys elsewhere is
 * refused.
 */
final class BoringSsl implements NativeAead, NativeX25519 {
    /** The size of EVP_AEAD_CTX is below 600 bytes in every release so far. */
    private static final int CONTEXT_SIZE = 2048;

    private static final Path LIBRARIES = Path.of("/usr/lib");

    private BoringSsl() {}

    private static final Optional<SymbolLookup> LIBRARY = find();

    static Optional<BoringSsl> load() {
        return LIBRARY.map(found -> new BoringSsl());
    }

    /** Debian: {@code /usr/lib/TRIPLET/android}; one of a foreign architecture does not load, so the next is tried. */
    private static Optional<SymbolLookup> find() {
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(LIBRARIES, "*-linux-gnu*")) {
            for (Path directory : directories) {
                Path file = directory.resolve("android/libcrypto.so.0");
                Optional<SymbolLookup> found = Files.exists(file) ? Native.library(file.toString()) : Optional.empty();
                if (found.isPresent()) {
                    return found;
                }
            }
            return Optional.empty();
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    @Override
    public String name() {
        return "BoringSSL";
    }

    @Override
    public NativeAead.Key key(byte[] secret) {
        return new Key(NativeKey.checked(secret));
    }

    @Override
    public boolean agree(byte[] privateKey, byte[] publicKey, byte[] sharedOut) {
        CryptoLibraries.requireSize(privateKey, publicKey, sharedOut);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment secret = arena.allocateFrom(ValueLayout.JAVA_BYTE, privateKey);
            MemorySegment peer = arena.allocateFrom(ValueLayout.JAVA_BYTE, publicKey);
            MemorySegment shared = arena.allocate(SIZE);
            int agreed = (int) Calls.X25519.invokeExact(shared, secret, peer);
            MemorySegment.copy(shared, ValueLayout.JAVA_BYTE, 0, sharedOut, 0, SIZE);
            secret.fill((byte) 0);
            shared.fill((byte) 0);
            return agreed == 1;
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Override
    public void publicKey(byte[] privateKey, byte[] out) {
        CryptoLibraries.requireSize(privateKey, out);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment secret = arena.allocateFrom(ValueLayout.JAVA_BYTE, privateKey);
            MemorySegment result = arena.allocate(SIZE);
            Calls.X25519_PUBLIC.invokeExact(result, secret);
            MemorySegment.copy(result, ValueLayout.JAVA_BYTE, 0, out, 0, SIZE);
            secret.fill((byte) 0);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static final class Key extends NativeKey {
        private final MemorySegment context = Arena.ofAuto().allocate(CONTEXT_SIZE, 16);
        private final MemorySegment written = Arena.ofAuto().allocate(Native.LONG);
        private final long keyAt;

        Key(byte[] secret) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment copy = arena.allocateFrom(ValueLayout.JAVA_BYTE, secret);
                MemorySegment algorithm = (MemorySegment) Calls.ALGORITHM.invokeExact();
                int made = (int) Calls.INIT.invokeExact(
                        context, algorithm, copy, (long) KEY_SIZE, (long) TAG_SIZE, MemorySegment.NULL);
                copy.fill((byte) 0);
                if (made != 1) {
                    throw new IllegalStateException("EVP_AEAD_CTX_init failed");
                }
            } catch (RuntimeException failed) {
                throw failed;
            } catch (Throwable impossible) {
                throw new AssertionError(impossible);
            }
            keyAt = indexOf(secret);
        }

        private long indexOf(byte[] secret) {
            byte[] state = context.toArray(ValueLayout.JAVA_BYTE);
            try {
                for (int at = 0; at + KEY_SIZE <= state.length; at++) {
                    if (Arrays.equals(state, at, at + KEY_SIZE, secret, 0, KEY_SIZE)) {
                        return at;
                    }
                }
                throw new IllegalStateException("the context does not hold the key itself");
            } finally {
                Arrays.fill(state, (byte) 0);
            }
        }

        @Override
        boolean seal(long nonce, long aad, int aadLength, long in, int length, long out) throws Throwable {
            return 1
                    == (int) Calls.SEAL.invokeExact(
                            context.address(),
                            out,
                            written.address(),
                            (long) length + TAG_SIZE,
                            nonce,
                            (long) NONCE_SIZE,
                            in,
                            (long) length,
                            aad,
                            (long) aadLength);
        }

        @Override
        boolean open(long nonce, long aad, int aadLength, long in, int length, long out) throws Throwable {
            return 1
                    == (int) Calls.OPEN.invokeExact(
                            context.address(),
                            out,
                            written.address(),
                            (long) length,
                            nonce,
                            (long) NONCE_SIZE,
                            in,
                            (long) length + TAG_SIZE,
                            aad,
                            (long) aadLength);
        }

        @Override
        void zero() {
            context.asSlice(keyAt, KEY_SIZE).fill((byte) 0);
        }
    }

    /** Constants, so that the JIT compiles them into direct calls. */
    private static final class Calls {
        private static final SymbolLookup IN = LIBRARY.orElseThrow();

        static final MethodHandle ALGORITHM =
                Native.function(IN, "EVP_aead_chacha20_poly1305", FunctionDescriptor.of(Native.POINTER));
        static final MethodHandle INIT = Native.function(
                IN,
                "EVP_AEAD_CTX_init",
                FunctionDescriptor.of(
                        Native.INT,
                        Native.POINTER,
                        Native.POINTER,
                        Native.POINTER,
                        Native.LONG,
                        Native.LONG,
                        Native.POINTER));
        private static final FunctionDescriptor CRYPT = FunctionDescriptor.of(
                Native.INT,
                Native.LONG,
                Native.LONG,
                Native.LONG,
                Native.LONG,
                Native.LONG,
                Native.LONG,
                Native.LONG,
                Native.LONG,
                Native.LONG,
                Native.LONG);
        static final MethodHandle SEAL = Native.function(IN, "EVP_AEAD_CTX_seal", CRYPT);
        static final MethodHandle OPEN = Native.function(IN, "EVP_AEAD_CTX_open", CRYPT);
        static final MethodHandle X25519 = Native.function(
                IN, "X25519", FunctionDescriptor.of(Native.INT, Native.POINTER, Native.POINTER, Native.POINTER));
        static final MethodHandle X25519_PUBLIC = Native.function(
                IN, "X25519_public_from_private", FunctionDescriptor.ofVoid(Native.POINTER, Native.POINTER));
    }
}
