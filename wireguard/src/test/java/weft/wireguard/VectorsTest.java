package weft.wireguard;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The vectors that the specifications of the primitives print. */
class VectorsTest {
    private static final String FF = "ff".repeat(16);
    private static final String ZERO = "00".repeat(16);

    static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    @Test
    void poly1305Rfc8439Section252() {
        assertPoly(
                "85d6be7857556d337f4452fe42d506a8",
                "0103808afb0db2fd4abff6af4149f51b",
                text("Cryptographic Forum Research Group"),
                "a8061dc1305136c6c22b8baf0c0127a9");
    }

    /** The first is nothing but zeros; the next three end within a block. */
    @Test
    void poly1305Rfc8439AppendixA3OnText() {
        String note =
                text("Any submission to the IETF intended by the Contributor for publication as all or part of an IETF"
                        + " Internet-Draft or RFC and any statement made within the context of an IETF activity is considered"
                        + " an \"IETF Contribution\". Such statements include oral statements in IETF sessions, as well as"
                        + " written and electronic communications made at any time or place, which are addressed to");
        String key = "36e5f6b5c5e06070f0efca96227a863e";
        assertPoly(ZERO, ZERO, "00".repeat(64), ZERO);
        assertPoly(ZERO, key, note, key);
        assertPoly(key, ZERO, note, "f3477e7cd95417af89a6b8794c310cf0");
        assertPoly(
                "1c9240a5eb55d38af333888604f6b5f0",
                "473917c1402b80099dca5cbc207075c0",
                text("'Twas brillig, and the slithy toves\nDid gyre and gimble in the wabe:\n"
                        + "All mimsy were the borogoves,\nAnd the mome raths outgrabe."),
                "4541669a7eaaee61e708dc7cbcc5eb62");
    }

    private static String text(String ascii) {
        return HexFormat.of().formatHex(ascii.getBytes(StandardCharsets.US_ASCII));
    }

    /** Numbers whose reduction modulo 2^130 − 5 is easily got wrong. */
    @Test
    void poly1305Rfc8439AppendixA3() {
        String two = "02" + "00".repeat(15);
        String one = "01" + "00".repeat(15);
        assertPoly(two, ZERO, FF, "03" + "00".repeat(15));
        assertPoly(two, FF, two, "03" + "00".repeat(15));
        assertPoly(one, ZERO, FF + "f0" + "ff".repeat(15) + "11" + "00".repeat(15), "05" + "00".repeat(15));
        assertPoly(one, ZERO, FF + "fb" + "fe".repeat(15) + "01".repeat(16), ZERO);
        assertPoly(two, ZERO, "fd" + "ff".repeat(15), "fa" + "ff".repeat(15));
        String r = "01000000000000000400000000000000";
        String message =
                "e33594d7505e43b900000000000000003394d7505e4379cd010000000000000000000000000000000000000000000000";
        assertPoly(r, ZERO, message + one, "14000000000000005500000000000000");
        assertPoly(r, ZERO, message, "13000000000000000000000000000000");
    }

    private static void assertPoly(String r, String s, String message, String tag) {
        Poly1305 poly = new Poly1305();
        poly.init(hex(r + s), 0);
        poly.updateLast(hex(message), 0, message.length() / 2);
        byte[] out = new byte[16];
        poly.finish(out, 0);
        assertThat(out).isEqualTo(hex(tag));
    }

    /** Its nonce does not begin with zeros, as all of WireGuard's do: so only the MAC is ours to compute. */
    @Test
    void theTagOfRfc8439Section282() {
        byte[] text =
                hex("d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92728b"
                        + "1a71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc3ff4def0"
                        + "8e4b7a9de576d26586cec64b6116");
        byte[] additional = hex("50515253c0c1c2c3c4c5c6c7");
        Poly1305 poly = new Poly1305();
        poly.init(hex("7bac2b252db447af09b67a55a4e955840ae1d6731075d9eb2a9375783ed553ff"), 0);
        poly.updatePadded(additional, 0, additional.length);
        poly.updatePadded(text, 0, text.length);
        poly.updateLengths(additional.length, text.length);
        byte[] tag = new byte[16];
        poly.finish(tag, 0);
        assertThat(tag).isEqualTo(hex("1ae10b594f09e26a7e902ecbd0600691"));
    }

    @Test
    void chaCha20Poly1305Rfc8439AppendixA5() {
        String plain =
                "Internet-Drafts are draft documents valid for a maximum of six months and may be updated, replaced,"
                        + " or obsoleted by other documents at any time. It is inappropriate to use Internet-Drafts as reference"
                        + " material or to cite them other than as /“work in progress./”";
        byte[] text = plain.getBytes(StandardCharsets.UTF_8);
        String sealed =
                "64a0861575861af460f062c79be643bd5e805cfd345cf389f108670ac76c8cb24c6cfc18755d43eea09ee94e382d26b0"
                        + "bdb7b73c321b0100d4f03b7f355894cf332f830e710b97ce98c8a84abd0b948114ad176e008d33bd60f982b1ff37c8559797a06e"
                        + "f4f0ef61c186324e2b3506383606907b6a7c02b0f9f6157b53c867e4b9166c767b804d46a59b5216cde7a4e99040c5a40433225e"
                        + "e282a1b0a06c523eaf4534d7f83fa1155b0047718cbc546a0d072b04b3564eea1b422273f548271a0bb2316053fa76991955ebd6"
                        + "3159434ecebb4e466dae5a1073a6727627097a1049e617d91d361094fa68f0ff77987130305beaba2eda04df997b714d6c6f2c29"
                        + "a6ad5cb4022b02709beead9d67890cbb22392336fea1851f38";
        byte[] key = hex("1c9240a5eb55d38af333888604f6b5f0473917c1402b80099dca5cbc207075c0");
        byte[] additional = hex("f33388860000000000004e91");
        byte[] buffer = Arrays.copyOf(text, text.length + 16);
        ChaChaPoly aead = new ChaChaPoly(key);
        aead.seal(0x0807060504030201L, additional, buffer, 0, text.length);
        assertThat(HexFormat.of().formatHex(buffer)).isEqualTo(sealed);
        assertThat(aead.open(0x0807060504030201L, additional, buffer, 0, buffer.length))
                .isTrue();
        assertThat(Arrays.copyOf(buffer, text.length)).isEqualTo(text);
    }

    @Test
    void hChaCha20DraftXchacha03Section221() {
        byte[] key = hex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
        assertThat(XChaChaPoly.hChaCha20(key, hex("000000090000004a0000000031415927")))
                .isEqualTo(hex("82413b4227b27bfed30e42508a877d73a0f9e4d58a74a853c12ec41326d3ecdc"));
    }

    @Test
    void xChaCha20Poly1305DraftXchacha03AppendixA31() {
        byte[] text = ("Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future,"
                        + " sunscreen would be it.")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] key = hex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f");
        byte[] nonce = hex("404142434445464748494a4b4c4d4e4f5051525354555657");
        byte[] additional = hex("50515253c0c1c2c3c4c5c6c7");
        byte[] buffer = Arrays.copyOf(text, text.length + 16);
        XChaChaPoly.seal(key, nonce, additional, buffer, 0, text.length);
        assertThat(HexFormat.of().formatHex(buffer))
                .isEqualTo(
                        "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda7e39"
                                + "ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9"
                                + "21f9664c97637da9768812f615c68b13b52ec0875924c1c7987947deafd8780acf49");
        assertThat(XChaChaPoly.open(key, nonce, additional, buffer, 0, buffer.length))
                .isTrue();
        assertThat(Arrays.copyOf(buffer, text.length)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        // RFC 7748, section 5.2
        "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4, e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c, c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552",
        "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d, e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493, 95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957",
        // section 6.1, from both sides
        "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a, de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f, 4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742",
        "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb, 8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a, 4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"
    })
    void x25519Rfc7748(String scalar, String point, String product) {
        byte[] out = new byte[32];
        assertThat(new JdkCurve().agree(hex(scalar), hex(point), out)).isTrue();
        assertThat(out).isEqualTo(hex(product));
    }

    @Test
    void x25519Rfc7748Iterated() {
        byte[] k = hex("09" + "00".repeat(31));
        byte[] u = k.clone();
        for (int i = 1; i <= 1000; i++) {
            byte[] result = new byte[32];
            new JdkCurve().agree(k, u, result);
            u = k;
            k = result;
            if (i == 1) {
                assertThat(k).isEqualTo(hex("422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079"));
            }
        }
        assertThat(k).isEqualTo(hex("684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51"));
    }

    @Test
    void blake2sRfc7693AppendixB() {
        assertThat(blake2s(32, new byte[0], "abc".getBytes(StandardCharsets.US_ASCII)))
                .isEqualTo(hex("508c5e8c327c14e2e1a72ba34eeb452f37458b209ed63a294d999b4c86675982"));
    }

    @Test
    void blake2sRfc7693AppendixE() {
        Hash.Digest all = new Blake2s().digest(32, new byte[0]);
        for (int size : new int[] {16, 20, 28, 32}) {
            for (int length : new int[] {0, 3, 64, 65, 255, 1024}) {
                all.update(blake2s(size, new byte[0], sequence(length)));
                all.update(blake2s(size, sequence(size), sequence(length)));
            }
        }
        byte[] out = new byte[32];
        all.finish(out, 0);
        assertThat(out).isEqualTo(hex("6a411f08ce25adcdfb02aba641451cec53c598b24f4fc787fbdc88797f4c1dfe"));
    }

    private static byte[] sequence(int length) {
        byte[] out = new byte[length];
        int a = 0xDEAD4BAD * length;
        int b = 1;
        for (int i = 0; i < length; i++) {
            int t = a + b;
            a = b;
            b = t;
            out[i] = (byte) (t >>> 24);
        }
        return out;
    }

    private static byte[] blake2s(int size, byte[] key, byte[] input) {
        byte[] out = new byte[size];
        new Blake2s().digest(size, key).update(input).finish(out, 0);
        return out;
    }
}
