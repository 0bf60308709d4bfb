package weft.fleet;

/**
 * What one member and each bucket think of each other: a score, lower is better. It depends on the member's name and
 * weight and on nothing else, so it never changes while other members come and go: that is rendezvous hashing (Thaler and
 * Ravishankar 1998).
 *
 * <p>With {@code u} evenly spread over (0, 1), {@code -ln(1 - u) / weight} is the time that an event of that rate takes, and
 * the earliest of several is each one's in proportion to its weight. Two things differ from the textbook. The {@code u} of a
 * member are not drawn one by one: they are the 65 536 midpoints of equal steps, in an order of the member's own. Each
 * member is thus equally lucky, and only the order is left to chance, which halves the variance of what it wins. And so
 * no two buckets have the same score with one member.
 *
 * <p>Edges must agree to the last bit: {@link StrictMath} and IEEE 754 division are exact on every machine.
 */
final class Scores {
    private static final int HALF = 256;
    private static final int ROUNDS = 4;
    private static final float[] TIMES = times();

    /** A Feistel network over two bytes: a table of random bytes for each round. */
    private final byte[] rounds = new byte[ROUNDS * HALF];

    private final float weight;

    Scores(Member member) {
        weight = member.weight();
        long key = Hash64.of(member.name());
        for (int at = 0; at < rounds.length; at += Long.BYTES) {
            key += Hash64.GOLDEN;
            long random = Hash64.mix(key);
            for (int i = 0; i < Long.BYTES; i++) {
                rounds[at + i] = (byte) (random >>> (8 * i));
            }
        }
    }

    private static float[] times() {
        float[] times = new float[CityTable.BUCKETS];
        for (int i = 0; i < times.length; i++) {
            times[i] = (float) -StrictMath.log(1 - (i + 0.5) / times.length);
        }
        return times;
    }

    /** Positive and finite. */
    float of(int bucket) {
        return TIMES[permuted(bucket)] / weight;
    }

    int permuted(int bucket) {
        int left = bucket >>> 8;
        int right = bucket & 0xff;
        left ^= rounds[right] & 0xff;
        right ^= rounds[HALF + left] & 0xff;
        left ^= rounds[2 * HALF + right] & 0xff;
        right ^= rounds[3 * HALF + left] & 0xff;
        return (left << 8) | right;
    }
}
