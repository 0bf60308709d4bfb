package weft.netio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import javax.crypto.KeyAgreement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NativeX25519Test {
    private static final HexFormat HEX = HexFormat.of();
    private static final long SEED = 7748;

    static List<NativeX25519> libraries() {
        return List.of(Libcrypto.load().orElseThrow(), BoringSsl.load().orElseThrow());
    }

    @Test
    void oneOfThemIsLoaded() {
        assertThat(NativeX25519.load()).isPresent();
    }

    /** RFC 7748 section 5.2: the iterated test, 1 000 rounds. */
    @ParameterizedTest
    @MethodSource("libraries")
    void agreesWithTheIteratedVectorOfTheRfc(NativeX25519 library) {
        byte[] scalar = HEX.parseHex("09" + "00".repeat(31));
        byte[] point = scalar.clone();
        for (int round = 1; round <= 1000; round++) {
            byte[] result = new byte[32];
            assertThat(library.agree(scalar, point, result)).isTrue();
            point = scalar;
            scalar = result;
            if (round == 1) {
                assertThat(scalar).asHexString().isEqualToIgnoringCase(ROUND_1);
            }
        }
        assertThat(scalar).asHexString().isEqualToIgnoringCase(ROUND_1000);
    }

    private static final String ROUND_1 = "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079";
    private static final String ROUND_1000 = "684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51";

    @ParameterizedTest
    @MethodSource("libraries")
    void agreesWithTheJdkOnAnyKeys(NativeX25519 library) throws Exception {
        Random random = new Random(SEED);
        for (int n = 0; n < 50; n++) {
            byte[] own = new byte[32];
            byte[] other = new byte[32];
            random.nextBytes(own);
            random.nextBytes(other);
            byte[] peer = new byte[32];
            library.publicKey(other, peer);
            byte[] shared = new byte[32];
            assertThat(library.agree(own, peer, shared)).isTrue();
            assertThat(shared).as("seed %d, round %d", SEED, n).isEqualTo(jdk(own, peer));
        }
    }

    @ParameterizedTest
    @MethodSource("libraries")
    void refusesPointsOfSmallOrder(NativeX25519 library) {
        byte[] secret = HEX.parseHex("77".repeat(32));
        for (String point : List.of("00".repeat(32), "01" + "00".repeat(31), "ec" + "ff".repeat(30) + "7f")) {
            assertThat(library.agree(secret, HEX.parseHex(point), new byte[32]))
                    .as(point)
                    .isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("libraries")
    void refusesArraysOfAnotherSize(NativeX25519 library) {
        byte[] good = new byte[32];
        byte[] bad = new byte[31];
        assertThatThrownBy(() -> library.agree(bad, good, good)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> library.agree(good, bad, good)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> library.agree(good, good, bad)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> library.publicKey(bad, good)).isInstanceOf(IllegalArgumentException.class);
    }

    private static byte[] jdk(byte[] own, byte[] peer) throws Exception {
        byte[] bigEndian = new byte[32];
        for (int n = 0; n < 32; n++) {
            bigEndian[n] = peer[31 - n];
        }
        KeyFactory factory = KeyFactory.getInstance("X25519");
        PrivateKey secret = factory.generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, own));
        PublicKey point =
                factory.generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, new BigInteger(1, bigEndian)));
        KeyAgreement agreement = KeyAgreement.getInstance("X25519");
        agreement.init(secret);
        agreement.doPhase(point, true);
        return agreement.generateSecret();
    }
}
