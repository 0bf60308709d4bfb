package weft.edge;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import weft.fleet.Prf;
import weft.wireguard.Hash;

/** Keyed BLAKE2s (RFC 7693, section 2.9) as what the fleet's keys are derived by. */
final class KeyedBlake implements Prf {
    private final Hash hash;

    KeyedBlake(Hash hash) {
        this.hash = hash;
    }

    @Override
    public byte[] derive(byte[] secret, String label, long n) {
        byte[] output = new byte[SIZE];
        hash.digest(SIZE, secret)
                .update(label.getBytes(StandardCharsets.US_ASCII))
                .update(ByteBuffer.allocate(1 + Long.BYTES)
                        .put((byte) 0)
                        .putLong(n)
                        .array())
                .finish(output, 0);
        return output;
    }
}
