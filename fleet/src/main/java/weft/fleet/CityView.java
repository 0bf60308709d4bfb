package weft.fleet;

import java.util.Arrays;
import java.util.List;

/**
 * What an edge believes of its city at one moment: who is there, who lives, who owns what, and so where to ask for a
 * session that it does not have itself. Immutable; asked for each packet that is passed on, so it allocates nothing.
 *
 * <p>Members are told apart by their number, 32 bits of a hash of the name, which stands in hop lists; in here by their
 * place in the roster.
 */
public final class CityView {
    /** Hops that a list may have. */
    public static final int MOST_HOPS = 12;

    private static final int NOT_HERE = -1;

    private final int self;
    private final int[] numbers;
    private final boolean[] alive;
    private final long digest;
    private final Owners now;
    private final List<Owners> before;

    /** A table whose members are places in our roster. */
    private record Owners(CityTable table, int[] places) {
        static Owners of(CityTable table, List<String> roster) {
            int[] places = table.members().stream()
                    .mapToInt(member -> roster.indexOf(member.name()))
                    .toArray();
            return new Owners(table, places);
        }

        int place(int bucket, int rank) {
            return places[table.owner(bucket, rank)];
        }
    }

    /**
     * @param roster the names of all members, draining ones too, in any order that stays the same
     * @param self our own name, which is in it
     * @param alive for each of them; we ourselves always are
     * @param table of those who shall own
     * @param former tables that were in force before, the latest first: who owned then may still hold sessions
     */
    public CityView(List<String> roster, String self, boolean[] alive, CityTable table, List<CityTable> former) {
        this.self = roster.indexOf(self);
        numbers = roster.stream().mapToInt(CityView::number).toArray();
        this.alive = alive.clone();
        this.alive[this.self] = true;
        digest = table.digest();
        now = Owners.of(table, roster);
        before = former.stream().map(old -> Owners.of(old, roster)).toList();
    }

    /** A member's number: never {@link Holders#NOBODY}. */
    public static int number(String name) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < name.length(); i++) {
            hash = (hash ^ name.charAt(i)) * 0x100000001b3L;
        }
        hash ^= hash >>> 32;
        return (int) hash == Holders.NOBODY ? 1 : (int) hash;
    }

    /**
     * Whom to ask for a client's session, in this order: the bucket's living owners, then the living ones who were its
     * first owners before. We ourselves are in it where we are one of them.
     *
     * @param into places, room for {@link #MOST_HOPS}
     * @return how many; at least one, for where nobody else lives it is us
     */
    public int hops(int clientId, int[] into) {
        int bucket = CityTable.bucket(clientId);
        int count = 0;
        for (int rank = 0; rank < now.table().owners(); rank++) {
            count = add(into, count, now.place(bucket, rank));
        }
        for (int i = 0; i < before.size(); i++) {
            count = add(into, count, before.get(i).place(bucket, 0));
        }
        return count > 0 ? count : add(into, 0, self);
    }

    private int add(int[] into, int count, int place) {
        if (place == NOT_HERE || !alive[place] || count == MOST_HOPS) {
            return count;
        }
        for (int i = 0; i < count; i++) {
            if (into[i] == place) {
                return count;
            }
        }
        into[count] = place;
        return count + 1;
    }

    /** The first living owner of a client's bucket besides one: who keeps the record of a session that that one holds. */
    public int keeper(int clientId, int holder) {
        int bucket = CityTable.bucket(clientId);
        for (int rank = 0; rank < now.table().owners(); rank++) {
            int place = now.place(bucket, rank);
            if (place != NOT_HERE && place != holder && alive[place]) {
                return place;
            }
        }
        return NOT_HERE;
    }

    /**
     * Who shall have a session of ours that we give away.
     *
     * @param nth of the living owners of the client's bucket besides us, counted from 0 and on from the first again
     * @return −1 if there is none
     */
    int heir(int clientId, int nth) {
        int[] heirs = new int[CityTable.OWNERS];
        int count = 0;
        for (int rank = 0; rank < now.table().owners(); rank++) {
            int place = now.place(CityTable.bucket(clientId), rank);
            if (place != NOT_HERE && place != self && alive[place]) {
                heirs[count++] = place;
            }
        }
        return count == 0 ? NOT_HERE : heirs[nth % count];
    }

    /** The place of the first owner, dead or alive. */
    public int owner(int clientId) {
        return now.place(CityTable.bucket(clientId), 0);
    }

    public int self() {
        return self;
    }

    public int number(int place) {
        return numbers[place];
    }

    /** −1 if there is no such member. */
    public int place(int number) {
        for (int i = 0; i < numbers.length; i++) {
            if (numbers[i] == number) {
                return i;
            }
        }
        return NOT_HERE;
    }

    public boolean isAlive(int place) {
        return place >= 0 && alive[place];
    }

    /** Whether nobody else lives. */
    public boolean isAlone() {
        for (int place = 0; place < alive.length; place++) {
            if (alive[place] && place != self) {
                return false;
            }
        }
        return true;
    }

    public int size() {
        return numbers.length;
    }

    /** How many buckets each place is the first owner of. */
    public int[] owned() {
        int[] byMember = now.table().owned(0);
        int[] byPlace = new int[numbers.length];
        for (int member = 0; member < byMember.length; member++) {
            if (now.places()[member] != NOT_HERE) {
                byPlace[now.places()[member]] = byMember[member];
            }
        }
        return byPlace;
    }

    /** Of the table in force, see {@link CityTable#digest}. */
    public long digest() {
        return digest;
    }

    @Override
    public String toString() {
        return "CityView" + Arrays.toString(alive);
    }
}
