package weft.netio;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Tries each library once and checks it against the RFCs' vectors before anything relies on it. */
final class CryptoLibraries {
    private static final HexFormat HEX = HexFormat.of();

    /** RFC 8439 appendix A.5; its nonce has WireGuard's form. */
    private static final byte[] KEY = HEX.parseHex("1c9240a5eb55d38af333888604f6b5f0473917c1402b80099dca5cbc207075c0");

    private static final long COUNTER = 0x0807060504030201L;
    private static final byte[] AAD = HEX.parseHex("f33388860000000000004e91");
    private static final byte[] PLAIN = """
            Internet-Drafts are draft documents valid for a maximum of six months and may be updated, replaced, \
            or obsoleted by other documents at any time. It is inappropriate to use Internet-Drafts as reference \
            material or to cite them other than as /\u201cwork in progress./\u201d""".getBytes(StandardCharsets.UTF_8);
    private static final byte[] SEALED = HEX.parseHex("64a0861575861af460f062c79be643bd5e805cfd345cf389f108670ac76c8cb2"
            + "4c6cfc18755d43eea09ee94e382d26b0bdb7b73c321b0100d4f03b7f355894cf"
            + "332f830e710b97ce98c8a84abd0b948114ad176e008d33bd60f982b1ff37c855"
            + "9797a06ef4f0ef61c186324e2b3506383606907b6a7c02b0f9f6157b53c867e4"
            + "b9166c767b804d46a59b5216cde7a4e99040c5a40433225ee282a1b0a06c523e"
            + "af4534d7f83fa1155b0047718cbc546a0d072b04b3564eea1b422273f548271a"
            + "0bb2316053fa76991955ebd63159434ecebb4e466dae5a1073a6727627097a10"
            + "49e617d91d361094fa68f0ff77987130305beaba2eda04df997b714d6c6f2c29"
            + "a6ad5cb4022b02709b"
            + "eead9d67890cbb22392336fea1851f38");

    /** No additional data, nothing to seal: the form that a keepalive has. */
    private static final byte[] EMPTY_SEALED = HEX.parseHex("4eb972c9a8fb3a1b382bb4d36f5ffad1");

    /** RFC 7748 section 6.1. */
    private static final byte[] ALICE_PRIVATE =
            HEX.parseHex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");

    private static final byte[] ALICE_PUBLIC =
            HEX.parseHex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
    private static final byte[] BOB_PUBLIC =
            HEX.parseHex("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
    private static final byte[] SHARED =
            HEX.parseHex("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");

    private static final Attempt<BoringSsl> BORING_SSL =
            new Attempt<>("BoringSSL", "android-libboringssl", BoringSsl::load);
    private static final Attempt<Libgcrypt> LIBGCRYPT = new Attempt<>("libgcrypt", "libgcrypt20", Libgcrypt::load);
    private static final Attempt<Libcrypto> LIBCRYPTO = new Attempt<>("libcrypto", "libssl3", Libcrypto::load);

    private CryptoLibraries() {}

    static List<NativeAead> aeads() {
        return Stream.of(BORING_SSL, LIBGCRYPT, LIBCRYPTO)
                .<NativeAead>flatMap(attempt -> attempt.library.stream())
                .toList();
    }

    /** OpenSSL's private key object also computes the public key: twice the work. */
    static Optional<NativeX25519> x25519() {
        return BORING_SSL.library.<NativeX25519>map(found -> found).or(() -> LIBCRYPTO.library);
    }

    /** Libraries read and write that many bytes whatever the array has. */
    static void requireSize(byte[]... keys) {
        for (byte[] key : keys) {
            if (key.length != NativeX25519.SIZE) {
                throw new IllegalArgumentException("a key has " + NativeX25519.SIZE + " bytes, not " + key.length);
            }
        }
    }

    static List<String> report() {
        return Stream.of(BORING_SSL, LIBGCRYPT, LIBCRYPTO).map(Attempt::line).toList();
    }

    /** One library: loaded and checked, or why not. */
    private static final class Attempt<T extends NativeAead> {
        final Optional<T> library;
        private final String line;

        Attempt(String name, String debianPackage, Supplier<Optional<T>> load) {
            Optional<T> passed = Optional.empty();
            String result;
            try {
                Optional<T> loaded = load.get();
                loaded.ifPresent(CryptoLibraries::check);
                passed = loaded;
                result = loaded.map(found -> found.name() + ": passed its check")
                        .orElse(name + ": not found; apt install " + debianPackage + " brings it");
            } catch (RuntimeException | LinkageError failed) {
                Throwable cause = failed.getCause() == null ? failed : failed.getCause();
                result = name + ": not used, " + cause.getMessage() + " (package " + debianPackage + ")";
            }
            library = passed;
            line = result;
        }

        String line() {
            return line;
        }
    }

    private static void check(NativeAead library) {
        check(library, KEY, COUNTER, AAD, PLAIN, SEALED);
        check(library, new byte[NativeAead.KEY_SIZE], 0, new byte[0], new byte[0], EMPTY_SEALED);
        if (library instanceof NativeX25519 x25519) {
            checkAgreement(x25519);
        }
    }

    private static void check(
            NativeAead library, byte[] secret, long counter, byte[] aad, byte[] plain, byte[] sealed) {
        try (NativeAead.Key key = library.key(secret)) {
            byte[] out = new byte[sealed.length];
            key.seal(counter, aad, MemorySegment.ofArray(plain), 0, plain.length, MemorySegment.ofArray(out), 0);
            require(Arrays.equals(out, sealed), "it seals wrongly");
            byte[] opened = new byte[plain.length];
            require(open(key, counter, aad, sealed, opened), "it refuses a genuine packet");
            require(Arrays.equals(opened, plain), "it opens wrongly");
            byte[] forged = sealed.clone();
            forged[forged.length - 1] ^= 1;
            require(!open(key, counter, aad, forged, opened), "it accepts a forged packet");
        }
    }

    private static boolean open(NativeAead.Key key, long counter, byte[] aad, byte[] sealed, byte[] opened) {
        return key.open(
                counter, aad, MemorySegment.ofArray(sealed), 0, sealed.length, MemorySegment.ofArray(opened), 0);
    }

    private static void checkAgreement(NativeX25519 library) {
        byte[] out = new byte[NativeX25519.SIZE];
        library.publicKey(ALICE_PRIVATE, out);
        require(Arrays.equals(out, ALICE_PUBLIC), "it derives a wrong public key");
        require(
                library.agree(ALICE_PRIVATE, BOB_PUBLIC, out) && Arrays.equals(out, SHARED),
                "it agrees on a wrong secret");
        require(!library.agree(ALICE_PRIVATE, new byte[NativeX25519.SIZE], out), "it accepts an all-zero secret");
    }

    private static void require(boolean held, String reason) {
        if (!held) {
            throw new IllegalStateException(reason);
        }
    }
}
