package weft.fleet;

/**
 * A keyed permutation of the numbers of {@code 2 · half} bits: a balanced Feistel network with SipHash as its round function.
 * The attacks known on six rounds need about as many known pairs as there are numbers (Patarin, "Generic attacks on
 * Feistel schemes", 2001).
 */
final class Permutation implements AutoCloseable {
    private static final int ROUNDS = 6;

    private final SipHash hash;
    private final int half;
    private final int mask;

    /** @param half bits of each half, 1 to 15 */
    Permutation(SipHash hash, int half) {
        this.hash = hash;
        this.half = half;
        mask = (1 << half) - 1;
    }

    int permute(int number) {
        int left = number >>> half;
        int right = number & mask;
        for (int round = 0; round < ROUNDS; round++) {
            int mixed = left ^ mix(round, right);
            left = right;
            right = mixed;
        }
        return left << half | right;
    }

    int invert(int permuted) {
        int left = permuted >>> half;
        int right = permuted & mask;
        for (int round = ROUNDS - 1; round >= 0; round--) {
            int mixed = right ^ mix(round, left);
            right = left;
            left = mixed;
        }
        return left << half | right;
    }

    private int mix(int round, int input) {
        return (int) hash.of((long) round << Integer.SIZE | input) & mask;
    }

    @Override
    public void close() {
        hash.close();
    }
}
