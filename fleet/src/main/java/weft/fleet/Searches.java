package weft.fleet;

import org.jspecify.annotations.Nullable;

/**
 * How often the first living owner of a client's bucket asks the others for a session that it knows nothing of. When the city
 * has been the same for a while, it knows every session there is, its own and as their keeper those of others (see
 * {@link Custody}); who is asked for then is nobody, or has come from another city. So forged packets, which name any client,
 * do not go round the city, but for a few in case that a record has got lost. One thread's; allocates nothing.
 */
public final class Searches {
    /** How long after a change of the city everything is asked for, in nanoseconds. */
    static final long UNSETTLED = 30_000_000_000L;

    /** Searches afterwards, at once and in each second. */
    static final int TOTAL = 256;

    private static final long SECOND = 1_000_000_000L;

    private final int[] places = new int[CityView.MOST_HOPS];
    private @Nullable CityView last;
    private long since;
    private long paid;

    /**
     * @param now in nanoseconds
     * @return false: nobody here has it
     */
    public boolean may(CityView view, Holders holders, int clientId, long now) {
        if (view != last) {
            last = view;
            since = now;
            paid = now - SECOND;
        }
        if (now - since < UNSETTLED || holders.get(clientId) != Holders.NOBODY || !isFirst(view, clientId)) {
            return true;
        }
        long next = Math.max(paid, now - SECOND) + SECOND / TOTAL;
        if (next > now) {
            return false;
        }
        paid = next;
        return true;
    }

    private boolean isFirst(CityView view, int clientId) {
        return view.hops(clientId, places) > 0 && places[0] == view.self();
    }
}
