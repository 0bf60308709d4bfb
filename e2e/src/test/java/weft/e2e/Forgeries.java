package weft.e2e;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import weft.wireguard.Crypto;
import weft.wireguard.Hash;

/** Datagrams that nobody with a key has made, for {@code flood.c}. */
final class Forgeries {
    static final int INITIATION = 148;
    static final int DATA = 32;

    private static final int COUNT = 4096;
    private static final int MAC1 = 116;
    private static final int MAC_SIZE = 16;

    private Forgeries() {}

    /**
     * Initiations with random content and a good mac1 (whitepaper, 5.4.4), which takes no more than the fleet's public key: one
     * half as of stock devices, the other stamped with any client id.
     *
     * @param publicKey in base64
     */
    static byte[] initiations(String publicKey, long seed) {
        Hash hash = Crypto.jdk().hash();
        byte[] key = new byte[32];
        hash.digest(key.length, new byte[0])
                .update("mac1----".getBytes(StandardCharsets.US_ASCII))
                .update(Base64.getDecoder().decode(publicKey))
                .finish(key, 0);
        Random random = new Random(seed);
        ByteBuffer all = ByteBuffer.allocate(COUNT * INITIATION);
        for (int i = 0; i < COUNT; i++) {
            byte[] one = new byte[INITIATION];
            random.nextBytes(one);
            ByteBuffer.wrap(one).putInt(0x01000000);
            ByteBuffer.wrap(one).position(MAC1).put(new byte[2 * MAC_SIZE]);
            hash.digest(MAC_SIZE, key).update(one, 0, MAC1).finish(one, MAC1);
            if (i % 2 == 0) {
                ByteBuffer.wrap(one).putInt(0x01000000 | random.nextInt(1 << 24));
            }
            all.put(one);
        }
        return all.array();
    }

    /** The shortest data packets, to any receiver index. */
    static byte[] data(long seed) {
        Random random = new Random(seed);
        ByteBuffer all = ByteBuffer.allocate(COUNT * DATA);
        for (int i = 0; i < COUNT; i++) {
            byte[] one = new byte[DATA];
            random.nextBytes(one);
            ByteBuffer.wrap(one).putInt(0x04000000);
            all.put(one);
        }
        return all.array();
    }
}
