package weft.netio;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Cleaner;
import java.util.Optional;

/**
 * OpenSSL 3: a context for each key; for each packet the IV, one update, the end, and the tag. The tag travels by a
 * parameter array made once for the key ({@code OSSL_PARAM}, openssl/core.h), which saves EVP_CIPHER_CTX_ctrl's detour.
 */
final class Libcrypto implements NativeAead, NativeX25519 {
    private static final int OPENSSL_VERSION_STRING = 6;
    private static final int EVP_PKEY_X25519 = 1034;
    private static final int SEAL = 1;
    private static final int OPEN = 0;

    private static final Optional<SymbolLookup> LIBRARY = Native.library("libcrypto.so.3");
    private static final Cleaner CLEANER = Cleaner.create();

    private final String name;

    private Libcrypto(String name) {
        this.name = name;
    }

    static Optional<Libcrypto> load() {
        return LIBRARY.map(found -> new Libcrypto("libcrypto " + version()));
    }

    private static String version() {
        try {
            return ((MemorySegment) Calls.VERSION.invokeExact(OPENSSL_VERSION_STRING))
                    .reinterpret(64)
                    .getString(0);
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

    @Override
    public boolean agree(byte[] privateKey, byte[] publicKey, byte[] sharedOut) {
        CryptoLibraries.requireSize(privateKey, publicKey, sharedOut);
        try (Arena arena = Arena.ofConfined();
                Keys keys = new Keys()) {
            MemorySegment own = keys.add(privateKey(arena, privateKey));
            MemorySegment peer = arena.allocateFrom(ValueLayout.JAVA_BYTE, publicKey);
            peer = keys.add((MemorySegment)
                    Calls.RAW_PUBLIC.invokeExact(EVP_PKEY_X25519, MemorySegment.NULL, peer, (long) SIZE));
            MemorySegment derivation = keys.derivation(own);
            MemorySegment shared = arena.allocate(SIZE);
            MemorySegment size = arena.allocateFrom(Native.LONG, SIZE);
            boolean agreed = (int) Calls.DERIVE_INIT.invokeExact(derivation) == 1
                    && (int) Calls.DERIVE_PEER.invokeExact(derivation, peer) == 1
                    && (int) Calls.DERIVE.invokeExact(derivation, shared, size) == 1;
            MemorySegment.copy(shared, ValueLayout.JAVA_BYTE, 0, sharedOut, 0, SIZE);
            shared.fill((byte) 0);
            return agreed;
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Override
    public void publicKey(byte[] privateKey, byte[] out) {
        CryptoLibraries.requireSize(privateKey, out);
        try (Arena arena = Arena.ofConfined();
                Keys keys = new Keys()) {
            MemorySegment own = keys.add(privateKey(arena, privateKey));
            MemorySegment result = arena.allocate(SIZE);
            MemorySegment size = arena.allocateFrom(Native.LONG, SIZE);
            if ((int) Calls.GET_PUBLIC.invokeExact(own, result, size) != 1) {
                throw new IllegalStateException("EVP_PKEY_get_raw_public_key failed");
            }
            MemorySegment.copy(result, ValueLayout.JAVA_BYTE, 0, out, 0, SIZE);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static MemorySegment privateKey(Arena arena, byte[] secret) throws Throwable {
        MemorySegment copy = arena.allocateFrom(ValueLayout.JAVA_BYTE, secret);
        MemorySegment key =
                (MemorySegment) Calls.RAW_PRIVATE.invokeExact(EVP_PKEY_X25519, MemorySegment.NULL, copy, (long) SIZE);
        copy.fill((byte) 0);
        return key;
    }

    /** What one agreement takes from the library, given back (and zeroed by it) at the end. */
    private static final class Keys implements AutoCloseable {
        private MemorySegment own = MemorySegment.NULL;
        private MemorySegment peer = MemorySegment.NULL;
        private MemorySegment derivation = MemorySegment.NULL;

        MemorySegment add(MemorySegment key) {
            if (key.address() == 0) {
                throw new IllegalStateException("EVP_PKEY_new failed");
            }
            if (own.address() == 0) {
                own = key;
            } else {
                peer = key;
            }
            return key;
        }

        MemorySegment derivation(MemorySegment key) throws Throwable {
            derivation = (MemorySegment) Calls.DERIVATION.invokeExact(key, MemorySegment.NULL);
            return derivation;
        }

        /** The library ignores null pointers here. */
        @Override
        public void close() {
            try {
                Calls.FREE_DERIVATION.invokeExact(derivation);
                Calls.FREE_KEY.invokeExact(peer);
                Calls.FREE_KEY.invokeExact(own);
            } catch (Throwable impossible) {
                throw new AssertionError(impossible);
            }
        }
    }

    private static final class Key extends NativeKey {
        private static final int OSSL_PARAM_OCTET_STRING = 5;
        private static final int PARAM_SIZE = 40;

        private final long context;
        private final MemorySegment params = Arena.ofAuto().allocate(2 * PARAM_SIZE + 8 + 8, 8);
        private final long written = params.address() + 2 * PARAM_SIZE;

        Key(byte[] secret) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment made = (MemorySegment) Calls.NEW.invokeExact();
                long address = made.address();
                context = address;
                CLEANER.register(this, () -> free(address));
                MemorySegment copy = arena.allocateFrom(ValueLayout.JAVA_BYTE, secret);
                MemorySegment cipher = (MemorySegment) Calls.CIPHER.invokeExact();
                int set = (int) Calls.INIT.invokeExact(context, cipher.address(), 0L, copy.address(), 0L, SEAL);
                copy.fill((byte) 0);
                if (set != 1) {
                    throw new IllegalStateException("EVP_CipherInit_ex failed");
                }
            } catch (RuntimeException failed) {
                throw failed;
            } catch (Throwable impossible) {
                throw new AssertionError(impossible);
            }
            tagParameter();
        }

        /** OSSL_PARAM: key 0, data type 8, data 16, data size 24, return size 32; the array ends with a null key. */
        private void tagParameter() {
            MemorySegment tag = params.asSlice(2 * PARAM_SIZE + 8, 8);
            tag.setString(0, "tag");
            params.set(Native.LONG, 0, tag.address());
            params.set(Native.INT, 8, OSSL_PARAM_OCTET_STRING);
            params.set(Native.LONG, 24, TAG_SIZE);
        }

        private static void free(long context) {
            try {
                Calls.FREE.invokeExact(context);
            } catch (Throwable impossible) {
                throw new AssertionError(impossible);
            }
        }

        @Override
        boolean seal(long nonce, long aad, int aadLength, long in, int length, long out) throws Throwable {
            params.set(Native.LONG, 16, out + length);
            return start(SEAL, nonce, aad, aadLength)
                    && update(in, length, out)
                    && (int) Calls.FINAL.invokeExact(context, out, written) == 1
                    && (int) Calls.GET_PARAMS.invokeExact(context, params.address()) == 1;
        }

        @Override
        boolean open(long nonce, long aad, int aadLength, long in, int length, long out) throws Throwable {
            params.set(Native.LONG, 16, in + length);
            return start(OPEN, nonce, aad, aadLength)
                    && (int) Calls.SET_PARAMS.invokeExact(context, params.address()) == 1
                    && update(in, length, out)
                    && (int) Calls.FINAL.invokeExact(context, out, written) == 1;
        }

        private boolean start(int wanted, long nonce, long aad, int aadLength) throws Throwable {
            return (int) Calls.INIT.invokeExact(context, 0L, 0L, 0L, nonce, wanted) == 1
                    && (aadLength == 0 || (int) Calls.UPDATE.invokeExact(context, 0L, written, aad, aadLength) == 1);
        }

        private boolean update(long in, int length, long out) throws Throwable {
            return length == 0 || (int) Calls.UPDATE.invokeExact(context, out, written, in, length) == 1;
        }

        @Override
        void zero() throws Throwable {
            try (Arena arena = Arena.ofConfined()) {
                long zeros = arena.allocate(KEY_SIZE).address();
                int ignored = (int) Calls.INIT.invokeExact(context, 0L, 0L, zeros, 0L, -1);
            }
        }
    }

    /** Constants, so that the JIT compiles them into direct calls. */
    private static final class Calls {
        private static final SymbolLookup IN = LIBRARY.orElseThrow();
        private static final FunctionDescriptor RAW =
                FunctionDescriptor.of(Native.POINTER, Native.INT, Native.POINTER, Native.POINTER, Native.LONG);
        private static final FunctionDescriptor TWO_LONGS = FunctionDescriptor.of(Native.INT, Native.LONG, Native.LONG);
        private static final FunctionDescriptor THREE_POINTERS =
                FunctionDescriptor.of(Native.INT, Native.POINTER, Native.POINTER, Native.POINTER);

        static final MethodHandle VERSION =
                Native.function(IN, "OpenSSL_version", FunctionDescriptor.of(Native.POINTER, Native.INT));
        static final MethodHandle CIPHER =
                Native.function(IN, "EVP_chacha20_poly1305", FunctionDescriptor.of(Native.POINTER));
        static final MethodHandle NEW =
                Native.function(IN, "EVP_CIPHER_CTX_new", FunctionDescriptor.of(Native.POINTER));
        static final MethodHandle FREE =
                Native.function(IN, "EVP_CIPHER_CTX_free", FunctionDescriptor.ofVoid(Native.LONG));
        static final MethodHandle INIT = Native.function(
                IN,
                "EVP_CipherInit_ex",
                FunctionDescriptor.of(
                        Native.INT, Native.LONG, Native.LONG, Native.LONG, Native.LONG, Native.LONG, Native.INT));
        static final MethodHandle UPDATE = Native.function(
                IN,
                "EVP_CipherUpdate",
                FunctionDescriptor.of(Native.INT, Native.LONG, Native.LONG, Native.LONG, Native.LONG, Native.INT));
        static final MethodHandle FINAL = Native.function(
                IN, "EVP_CipherFinal_ex", FunctionDescriptor.of(Native.INT, Native.LONG, Native.LONG, Native.LONG));
        static final MethodHandle GET_PARAMS = Native.function(IN, "EVP_CIPHER_CTX_get_params", TWO_LONGS);
        static final MethodHandle SET_PARAMS = Native.function(IN, "EVP_CIPHER_CTX_set_params", TWO_LONGS);

        static final MethodHandle RAW_PRIVATE = Native.function(IN, "EVP_PKEY_new_raw_private_key", RAW);
        static final MethodHandle RAW_PUBLIC = Native.function(IN, "EVP_PKEY_new_raw_public_key", RAW);
        static final MethodHandle GET_PUBLIC = Native.function(IN, "EVP_PKEY_get_raw_public_key", THREE_POINTERS);
        static final MethodHandle FREE_KEY =
                Native.function(IN, "EVP_PKEY_free", FunctionDescriptor.ofVoid(Native.POINTER));
        static final MethodHandle DERIVATION = Native.function(
                IN, "EVP_PKEY_CTX_new", FunctionDescriptor.of(Native.POINTER, Native.POINTER, Native.POINTER));
        static final MethodHandle FREE_DERIVATION =
                Native.function(IN, "EVP_PKEY_CTX_free", FunctionDescriptor.ofVoid(Native.POINTER));
        static final MethodHandle DERIVE_INIT =
                Native.function(IN, "EVP_PKEY_derive_init", FunctionDescriptor.of(Native.INT, Native.POINTER));
        static final MethodHandle DERIVE_PEER = Native.function(
                IN, "EVP_PKEY_derive_set_peer", FunctionDescriptor.of(Native.INT, Native.POINTER, Native.POINTER));
        static final MethodHandle DERIVE = Native.function(IN, "EVP_PKEY_derive", THREE_POINTERS);
    }
}
