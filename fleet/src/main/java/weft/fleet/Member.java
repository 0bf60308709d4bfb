package weft.fleet;

/**
 * An edge that shall own buckets. A draining edge is none: it is left out of the list that a table is made from.
 *
 * @param name stable: an edge that comes back under its name gets its buckets back. 1 to {@value #MAX_NAME} chars
 * @param weight 1 to {@value #MAX_WEIGHT}; an edge of weight 2 owns twice as many buckets as one of weight 1
 */
public record Member(String name, int weight) implements Comparable<Member> {
    public static final int MAX_NAME = 255;
    public static final int MAX_WEIGHT = 1_000_000;

    public Member {
        if (name.isEmpty() || name.length() > MAX_NAME) {
            throw new IllegalArgumentException("a member's name has 1 to " + MAX_NAME + " chars");
        }
        if (weight < 1 || weight > MAX_WEIGHT) {
            throw new IllegalArgumentException("a member's weight is 1 to " + MAX_WEIGHT + ": " + weight);
        }
    }

    /** A member of weight 1. */
    public static Member of(String name) {
        return new Member(name, 1);
    }

    /** By name, then by weight. */
    @Override
    public int compareTo(Member other) {
        int byName = name.compareTo(other.name);
        return byName != 0 ? byName : Integer.compare(weight, other.weight);
    }
}
