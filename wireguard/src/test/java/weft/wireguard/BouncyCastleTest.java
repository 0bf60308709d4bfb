package weft.wireguard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.bouncycastle.crypto.digests.Blake2sDigest;
import org.bouncycastle.crypto.macs.Poly1305;
import org.bouncycastle.crypto.params.KeyParameter;
import org.junit.jupiter.api.Test;

/** Every primitive against BouncyCastle, on random and on awkward input. */
class BouncyCastleTest {
    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** All ones carry furthest; few bits and long runs of ones find what random bytes never do. */
    private byte[] awkward(int length) {
        byte[] bytes = new byte[length];
        switch (random.nextInt(4)) {
            case 0 -> Arrays.fill(bytes, (byte) 0xff);
            case 1 -> random.nextBytes(bytes);
            case 2 -> {
                Arrays.fill(bytes, (byte) 0xff);
                for (int i = 0; i < length; i += 16) {
                    bytes[i] = (byte) (0xf8 + random.nextInt(8));
                }
            }
            default -> {
                for (int i = 0; i < length; i++) {
                    bytes[i] = (byte) (random.nextInt(4) == 0 ? random.nextInt(256) : -random.nextInt(2));
                }
            }
        }
        return bytes;
    }

    @Test
    void poly1305() {
        for (int i = 0; i < 20_000; i++) {
            byte[] key = awkward(32);
            byte[] message = awkward(16 * random.nextInt(20));
            Poly1305 theirs = new Poly1305();
            theirs.init(new KeyParameter(key));
            theirs.update(message, 0, message.length);
            byte[] expected = new byte[16];
            theirs.doFinal(expected, 0);
            weft.wireguard.Poly1305 ours = new weft.wireguard.Poly1305();
            ours.init(key, 0);
            ours.updatePadded(message, 0, message.length);
            byte[] actual = new byte[16];
            ours.finish(actual, 0);
            assertThat(actual).as("seed %d", seed).isEqualTo(expected);
        }
    }

    @Test
    void chaCha20Poly1305OfEveryLength() {
        byte[] key = bytes(32);
        ChaChaPoly aead = new ChaChaPoly(key);
        for (int length = 0; length < 1500; length++) {
            byte[] text = awkward(length);
            byte[] additional = bytes(random.nextInt(40));
            byte[] sealed = Arrays.copyOf(text, length + 16);
            long counter = random.nextLong();
            aead.seal(counter, additional, sealed, 0, length);
            assertThat(sealed).as("seed %d", seed).isEqualTo(Oracle.aead(key, counter, text, additional));
            int bit = random.nextInt(8 * sealed.length);
            assertThat(aead.open(counter, additional, Wire.flipped(sealed, bit), 0, sealed.length))
                    .isFalse();
            assertThat(aead.open(counter, additional, sealed, 0, sealed.length)).isTrue();
            assertThat(Arrays.copyOf(sealed, length)).isEqualTo(text);
        }
    }

    @Test
    void xChaCha20Poly1305() {
        for (int i = 0; i < 500; i++) {
            byte[] key = bytes(32);
            byte[] nonce = bytes(24);
            byte[] text = awkward(random.nextInt(100));
            byte[] additional = bytes(random.nextInt(40));
            byte[] sealed = Arrays.copyOf(text, text.length + 16);
            XChaChaPoly.seal(key, nonce, additional, sealed, 0, text.length);
            assertThat(sealed).as("seed %d", seed).isEqualTo(Oracle.xaead(key, nonce, text, additional));
        }
    }

    @Test
    void blake2sOfEverySizeKeyAndLength() {
        for (int length = 0; length < 300; length++) {
            for (int size = 1; size <= 32; size++) {
                byte[] key = bytes(random.nextInt(33));
                byte[] input = bytes(length);
                Blake2sDigest theirs = new Blake2sDigest(key, size, null, null);
                theirs.update(input, 0, length);
                byte[] expected = new byte[size];
                theirs.doFinal(expected, 0);
                int cut = random.nextInt(length + 1);
                byte[] actual = new byte[size];
                new Blake2s()
                        .digest(size, key)
                        .update(input, 0, cut)
                        .update(input, cut, length - cut)
                        .finish(actual, 0);
                assertThat(actual).as("seed %d", seed).isEqualTo(expected);
            }
        }
    }

    /** Also points with the top bit set, and such that are not reduced. */
    @Test
    void x25519() {
        Curve ours = new JdkCurve();
        for (int i = 0; i < 200; i++) {
            byte[] scalar = bytes(32);
            byte[] point = i % 4 == 0 ? unreduced() : bytes(32);
            byte[] shared = new byte[32];
            assertThat(ours.agree(scalar, point, shared)).isTrue();
            assertThat(shared).as("seed %d", seed).isEqualTo(Oracle.dh(scalar, point));
            assertThat(ours.publicKey(scalar)).isEqualTo(Oracle.dhPublic(scalar));
        }
    }

    private byte[] unreduced() {
        byte[] point = new byte[32];
        Arrays.fill(point, (byte) 0xff);
        point[0] = (byte) (0xf0 + random.nextInt(16));
        return point;
    }

    @Test
    void pointsOfLowOrderAreRefused() {
        for (String point : new String[] {
            "00".repeat(32),
            "01" + "00".repeat(31),
            "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
            "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
            "ec" + "ff".repeat(30) + "7f",
            "ed" + "ff".repeat(30) + "7f",
            "ee" + "ff".repeat(30) + "7f"
        }) {
            assertThat(new JdkCurve().agree(bytes(32), VectorsTest.hex(point), new byte[32]))
                    .as(point)
                    .isFalse();
        }
    }
}
