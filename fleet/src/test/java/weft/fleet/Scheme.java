package weft.fleet;

import java.util.List;

/** A way to give each of a number of slots, always the same number, to one of a city's members. */
interface Scheme {
    /** @return the member of each slot, as an index into the list */
    int[] owners(List<Member> members);

    /** The most slots of a member ÷ mean. */
    static double balance(int[] owners, int members) {
        int[] owned = new int[members];
        for (int owner : owners) {
            owned[owner]++;
        }
        return Change.greatest(owned) * (double) members / owners.length;
    }

    /** Slots that change hands when one member leaves ÷ slots for each member; the mean over all leavers. */
    default double disruption(List<Member> members) {
        int[] before = owners(members);
        double moved = 0;
        for (int left = 0; left < members.size(); left++) {
            int[] after = owners(Cities.without(members, left));
            for (int slot = 0; slot < before.length; slot++) {
                int same = after[slot] < left ? after[slot] : after[slot] + 1;
                moved += before[slot] == same ? 0 : 1;
            }
        }
        return moved / before.length;
    }
}
