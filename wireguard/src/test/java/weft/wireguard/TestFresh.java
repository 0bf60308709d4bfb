package weft.wireguard;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.LongSupplier;

/** Seeded randomness that remembers what it gave: the very arrays, so that a test sees when they are zeroed. */
final class TestFresh implements Fresh {
    static final long EPOCH = 1_800_000_000_000_000_000L;

    final List<byte[]> arrays = new ArrayList<>();
    final List<byte[]> copies = new ArrayList<>();

    /** From how many a receiver index is drawn; 0 for all. */
    int slots;

    private final Random random;
    private final LongSupplier now;

    TestFresh(Random random, LongSupplier now) {
        this.random = random;
        this.now = now;
    }

    static TestFresh seeded(long seed) {
        return new TestFresh(new Random(seed), () -> 0);
    }

    @Override
    public void random(byte[] into) {
        random.nextBytes(into);
        arrays.add(into);
        copies.add(into.clone());
    }

    /** The last bytes of this length that were given. */
    byte[] last(int length) {
        return copies.reversed().stream()
                .filter(bytes -> bytes.length == length)
                .findFirst()
                .orElseThrow();
    }

    @Override
    public long unixNanos() {
        return EPOCH + now.getAsLong();
    }

    @Override
    public int receiverIndex(PublicKey peer, int attempt) {
        return slots == 0 ? random.nextInt() : random.nextInt(slots);
    }
}
