package weft.fleet;

/**
 * Where a datagram goes that this edge has no session for: the rules of passing on. The edge that the network's router picked
 * asks the edges of a list one after the other, each of which has the session and keeps the datagram, or asks the next;
 * the last one gives it back to the first, which takes it. So a session stays where it is, whatever the table says by now.
 *
 * <p>A list that begins with an edge of another city is a question from there: it goes round in this city and no further.
 *
 * <p>Decides only: the decision is in the {@link Forward}, ready to be written, and in {@link #to}. Allocates nothing; one
 * thread's.
 */
public final class Router {
    /** What to do. */
    public enum Way {
        /** Write the forward, and send it to {@link #to}. */
        PASS,
        /** It is ours: nobody has the session, and we are the first who may. */
        TAKE,
        /** It has been passed on too often. */
        DROP
    }

    private final int[] places = new int[CityView.MOST_HOPS];
    private int to;

    /** The place of the edge to send to, after {@link Way#PASS}. */
    public int to() {
        return to;
    }

    /**
     * A datagram that came from the client itself.
     *
     * @param forward begun here; its path is the caller's to set
     */
    public Way first(Forward forward, CityView view, Holders holders, int clientId) {
        forward.begin((int) view.digest(), Forward.HOP_LIMIT).clientId(clientId);
        return start(forward, view, holders, clientId);
    }

    /** Whom to ask here, and in what order, behind what the list has already. */
    private Way start(Forward forward, CityView view, Holders holders, int clientId) {
        int start = forward.hops();
        int holder = livingHolder(view, holders, clientId);
        if (holder != Holders.NOBODY) {
            forward.addHop(holder);
        }
        int count = view.hops(clientId, places);
        for (int i = 0; i < count && forward.hops() < Forward.MAX_HOPS; i++) {
            int number = view.number(places[i]);
            if (number != holder) {
                forward.addHop(number);
            }
        }
        int position = forward.hop(start) == view.number(view.self()) ? start + 1 : start;
        return position == forward.hops() ? Way.TAKE : pass(forward, view, position);
    }

    /** A datagram that another edge passed to us: {@code forward} is as it was read. */
    public Way next(Forward forward, CityView view, Holders holders, int clientId) {
        if (forward.takeIt()) {
            return Way.TAKE;
        }
        if (forward.hopLimit() <= 1) {
            return Way.DROP;
        }
        if (forward.hops() == 2 && isFromAbroad(forward, view)) {
            int asker = forward.hop(0);
            int opened = forward.clientId();
            forward.begin((int) view.digest(), forward.hopLimit())
                    .clientId(opened)
                    .addHop(asker);
            return start(forward, view, holders, clientId);
        }
        int asked = forward.position();
        int holder = livingHolder(view, holders, clientId);
        if (holder != Holders.NOBODY) {
            int at = find(forward, holder);
            if (at > asked) {
                return pass(forward, view, at);
            }
            if (at < 0 && forward.hops() < Forward.MAX_HOPS) {
                return pass(forward.addHop(holder), view, forward.hops() - 1);
            }
        }
        for (int i = asked + 1; i < forward.hops(); i++) {
            if (view.isAlive(view.place(forward.hop(i)))) {
                return pass(forward, view, i);
            }
        }
        return giveBack(forward, view);
    }

    /**
     * Asks an edge of another city, which asks on among its own: nobody here has the session.
     *
     * @param there its number
     */
    public void abroad(Forward forward, CityView view, int there) {
        forward.begin((int) view.digest(), Forward.HOP_LIMIT)
                .addHop(view.number(view.self()))
                .addHop(there)
                .passTo(1);
    }

    /** Whether the first edge that it came to is of another city. Then it is not asked about in other cities once more. */
    public static boolean isFromAbroad(Forward forward, CityView view) {
        return view.place(forward.hop(0)) < 0;
    }

    private static int livingHolder(CityView view, Holders holders, int clientId) {
        int holder = holders.get(clientId);
        int place = holder == Holders.NOBODY ? -1 : view.place(holder);
        return place == view.self() || !view.isAlive(place) ? Holders.NOBODY : holder;
    }

    private static int find(Forward forward, int member) {
        for (int i = 0; i < forward.hops(); i++) {
            if (forward.hop(i) == member) {
                return i;
            }
        }
        return -1;
    }

    private Way pass(Forward forward, CityView view, int position) {
        to = view.place(forward.hop(position));
        forward.passTo(position);
        return Way.PASS;
    }

    private Way giveBack(Forward forward, CityView view) {
        for (int i = 0; i < forward.hops(); i++) {
            int place = view.place(forward.hop(i));
            if (place == view.self()) {
                return Way.TAKE;
            }
            if (view.isAlive(place)) {
                to = place;
                forward.giveBack();
                return Way.PASS;
            }
        }
        return Way.TAKE;
    }
}
