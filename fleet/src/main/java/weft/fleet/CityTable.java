package weft.fleet;

import java.util.List;

/**
 * Who owns the clients of a city: for each of {@value #BUCKETS} buckets, {@link #owners} members in order of preference.
 * Immutable, 2 bytes for each owner, so at most 384 KiB. Members are indices into {@link #members}.
 *
 * <p>Every edge computes it by itself ({@link TableBuilder}); two tables of one {@link #digest} are the same.
 *
 * <p><b>How buckets find their owners.</b> Every pair of member and bucket has a score that depends on these two alone
 * ({@link Scores}). Imagine all pairs laid out from the best score to the worst, and read off: the bucket goes to the member
 * if it has none yet and the member is not full. A city has room for all buckets and for
 * {@value TableBuilder#SPARE} more for each member, or 1 % more if that is more; each member has its part of the room by weight.
 * That is all; {@link Matching} finds the same without sorting 16 million pairs.
 *
 * <p>Without "full" this is rendezvous hashing: when a member goes, its buckets move and no others, but the luckiest of 64
 * owns 5 to 10 % more than its share. The limit takes the peaks off, and the price is paid when members come and go: a full
 * member's limit rises or falls with everyone's share, while what comes to it from others is only nearly as much, and
 * the difference has to move too. So the price is the number of full members times the square root of a few buckets, and
 * less spare room makes a smoother table that moves more. With more members each wins fewer buckets, and fewer too many; but
 * what moves in vain weighs more against what has to move. So in large cities the spare room is a number of buckets.
 *
 * <p><b>The second owner</b> holds the records of the first one's sessions, and shall become the first when that one goes.
 * At the end every full member has a limit: the worst score that it took. A bucket's first owner is the one that it prefers
 * among those whose limit admits it. Shares and limits hardly change when one member goes; so the second is the one that it
 * prefers among the others that admit it, the third the next. For about 99 % of the buckets of a member that goes, or more, this
 * is who gets them, and for as many of those that a new member takes, the second is who had them before. Where too few admit the
 * bucket (in a city of a handful), the ones that it prefers among the rest follow.
 *
 * <p>Figures: {@code docs/adr/0004-tables-of-a-city.md}, {@code bench/fleet}.
 */
public final class CityTable {
    public static final int BUCKETS = 1 << 16;

    /** Owners of a bucket where there are as many members. */
    public static final int OWNERS = 3;

    private final List<Member> members;
    private final long digest;
    private final int owners;
    private final short[] table;

    /** @param table {@code owners} members for each bucket in turn; not copied */
    CityTable(List<Member> members, long digest, int owners, short[] table) {
        this.members = members;
        this.digest = digest;
        this.owners = owners;
        this.table = table;
    }

    /**
     * The bucket of a client id: the upper 16 of 24 bits after a bijection of the 24. So each bucket has 256 client ids, and
     * ids in a row are in buckets far apart. No key: whoever knows a client id knows its bucket, which says nothing more.
     *
     * @param clientId 24 bits; higher ones are ignored
     */
    public static int bucket(int clientId) {
        int x = clientId & 0xffffff;
        x ^= x >>> 12;
        x = (x * 0x9e3779) & 0xffffff;
        x ^= x >>> 11;
        x = (x * 0x85ebcb) & 0xffffff;
        x ^= x >>> 13;
        return x >>> 8;
    }

    /** The bucket's first owner. */
    public int owner(int bucket) {
        return table[bucket * owners];
    }

    /** @param place 0 for the first owner, 1 for the second, up to {@link #owners} − 1 */
    public int owner(int bucket, int place) {
        if (place < 0 || place >= owners) {
            throw new IndexOutOfBoundsException(place);
        }
        return table[bucket * owners + place];
    }

    /** How many owners each bucket has: {@value #OWNERS}, or as many as there are members if that is less. */
    public int owners() {
        return owners;
    }

    /** In the order of their names; the owners of buckets are indices into this list. */
    public List<Member> members() {
        return members;
    }

    /** Of the members, their weights and how tables are made. Edges with equal digests have equal tables. */
    public long digest() {
        return digest;
    }

    /** How many buckets each member is the owner of in this place. */
    public int[] owned(int place) {
        int[] owned = new int[members.size()];
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            owned[owner(bucket, place)]++;
        }
        return owned;
    }
}
