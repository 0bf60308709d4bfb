package weft.netio;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Cleaner;
import java.util.Optional;

/** GnuPG's libgcrypt: one handle for each key, three calls for each packet; setting the IV also resets the handle. */
final class Libgcrypt implements NativeAead {
    // gcrypt.h
    private static final int GCRY_CIPHER_CHACHA20 = 316;
    private static final int GCRY_CIPHER_MODE_POLY1305 = 10;
    private static final int GCRYCTL_DISABLE_SECMEM = 37;
    private static final int GCRYCTL_INITIALIZATION_FINISHED = 38;

    private static final Optional<SymbolLookup> LIBRARY = Native.library("libgcrypt.so.20");
    private static final Cleaner CLEANER = Cleaner.create();

    private final String name;

    private Libgcrypt(String name) {
        this.name = name;
    }

    static Optional<Libgcrypt> load() {
        return LIBRARY.map(found -> new Libgcrypt("libgcrypt " + initialize()));
    }

    /** Version check, then the two settings that the manual wants before first use. */
    private static String initialize() {
        try {
            MemorySegment version = (MemorySegment) Calls.CHECK_VERSION.invokeExact(MemorySegment.NULL);
            int ignored = (int) Calls.CONTROL.invokeExact(GCRYCTL_DISABLE_SECMEM, 0);
            ignored = (int) Calls.CONTROL.invokeExact(GCRYCTL_INITIALIZATION_FINISHED, 0);
            return version.reinterpret(64).getString(0);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public NativeAead.Key key(byte[] secret) {
        return new Key(NativeKey.checked(secret));
    }

    private static final class Key extends NativeKey {
        private final long handle;

        Key(byte[] secret) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment result = arena.allocate(Native.LONG);
                int error = (int) Calls.OPEN.invokeExact(result, GCRY_CIPHER_CHACHA20, GCRY_CIPHER_MODE_POLY1305, 0);
                if (error != 0) {
                    throw new IllegalStateException("gcry_cipher_open: error " + error);
                }
                long opened = result.get(Native.LONG, 0);
                handle = opened;
                CLEANER.register(this, () -> closeHandle(opened));
                MemorySegment copy = arena.allocateFrom(ValueLayout.JAVA_BYTE, secret);
                error = (int) Calls.SET_KEY.invokeExact(handle, copy.address(), (long) KEY_SIZE);
                copy.fill((byte) 0);
                if (error != 0) {
                    throw new IllegalStateException("gcry_cipher_setkey: error " + error);
                }
            } catch (RuntimeException failed) {
                throw failed;
            } catch (Throwable impossible) {
                throw new AssertionError(impossible);
            }
        }

        private static void closeHandle(long handle) {
            try {
                Calls.CLOSE.invokeExact(handle);
            } catch (Throwable impossible) {
                throw new AssertionError(impossible);
            }
        }

        @Override
        boolean seal(long nonce, long aad, int aadLength, long in, int length, long out) throws Throwable {
            return start(nonce, aad, aadLength)
                    && (int) Calls.ENCRYPT.invokeExact(handle, out, (long) length, in, (long) length) == 0
                    && (int) Calls.GET_TAG.invokeExact(handle, out + length, (long) TAG_SIZE) == 0;
        }

        @Override
        boolean open(long nonce, long aad, int aadLength, long in, int length, long out) throws Throwable {
            return start(nonce, aad, aadLength)
                    && (int) Calls.DECRYPT.invokeExact(handle, out, (long) length, in, (long) length) == 0
                    && (int) Calls.CHECK_TAG.invokeExact(handle, in + length, (long) TAG_SIZE) == 0;
        }

        private boolean start(long nonce, long aad, int aadLength) throws Throwable {
            return (int) Calls.SET_IV.invokeExact(handle, nonce, (long) NONCE_SIZE) == 0
                    && (aadLength == 0 || (int) Calls.AUTHENTICATE.invokeExact(handle, aad, (long) aadLength) == 0);
        }

        @Override
        void zero() throws Throwable {
            try (Arena arena = Arena.ofConfined()) {
                long zeros = arena.allocate(KEY_SIZE).address();
                int ignored = (int) Calls.SET_KEY.invokeExact(handle, zeros, (long) KEY_SIZE);
            }
        }
    }

    /** Constants, so that the JIT compiles them into direct calls. */
    private static final class Calls {
        private static final SymbolLookup IN = LIBRARY.orElseThrow();
        private static final FunctionDescriptor CRYPT =
                FunctionDescriptor.of(Native.INT, Native.LONG, Native.LONG, Native.LONG, Native.LONG, Native.LONG);
        private static final FunctionDescriptor BYTES =
                FunctionDescriptor.of(Native.INT, Native.LONG, Native.LONG, Native.LONG);

        static final MethodHandle CHECK_VERSION =
                Native.function(IN, "gcry_check_version", FunctionDescriptor.of(Native.POINTER, Native.POINTER));
        static final MethodHandle CONTROL = Linker.nativeLinker()
                .downcallHandle(
                        IN.findOrThrow("gcry_control"),
                        FunctionDescriptor.of(Native.INT, Native.INT, Native.INT),
                        Linker.Option.firstVariadicArg(1));
        static final MethodHandle OPEN = Native.function(
                IN,
                "gcry_cipher_open",
                FunctionDescriptor.of(Native.INT, Native.POINTER, Native.INT, Native.INT, Native.INT));
        static final MethodHandle CLOSE =
                Native.function(IN, "gcry_cipher_close", FunctionDescriptor.ofVoid(Native.LONG));
        static final MethodHandle SET_KEY = Native.function(IN, "gcry_cipher_setkey", BYTES);
        static final MethodHandle SET_IV = Native.function(IN, "gcry_cipher_setiv", BYTES);
        static final MethodHandle AUTHENTICATE = Native.function(IN, "gcry_cipher_authenticate", BYTES);
        static final MethodHandle ENCRYPT = Native.function(IN, "gcry_cipher_encrypt", CRYPT);
        static final MethodHandle DECRYPT = Native.function(IN, "gcry_cipher_decrypt", CRYPT);
        static final MethodHandle GET_TAG = Native.function(IN, "gcry_cipher_gettag", BYTES);
        static final MethodHandle CHECK_TAG = Native.function(IN, "gcry_cipher_checktag", BYTES);
    }
}
