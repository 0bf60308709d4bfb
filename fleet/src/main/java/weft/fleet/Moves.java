package weft.fleet;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.IntFunction;

/**
 * Devices that come here from another city, and those that go. A packet for a session that nobody here has is passed to
 * other cities ({@link Router#abroad}). The edge there that has the session opens it, so it is proven that the device is
 * where the packet came from, and offers us the session; until we have it, we go on passing its packets there. Only then
 * is the old city told to let go.
 *
 * <p>One offer for a device and {@link #PAUSE} is taken, so one that is led to and fro between cities begins a handshake with
 * us no more often than WireGuard would; in between its packets are passed on. Pure; one thread's, but for {@link Holders}.
 */
public final class Moves {
    /** REKEY_TIMEOUT, in nanoseconds. */
    static final long PAUSE = 5_000_000_000L;

    /** Packets are passed to where a session was offered from for as long as this, in nanoseconds. */
    static final long PASSING = 10_000_000_000L;

    /** The old city is told this often, since datagrams get lost: now, and at these times after, in nanoseconds. */
    private static final long[] AGAIN = {200_000_000L, 1_000_000_000L, 3_000_000_000L};

    /** Offers that are remembered. */
    static final int MOST = 1 << 16;

    private static final class Guest {
        final int clientId;
        final int from;
        final long since;
        boolean ours;

        Guest(int clientId, int from, long since) {
            this.clientId = clientId;
            this.from = from;
            this.since = since;
        }
    }

    private static final class Farewell {
        final int to;
        final MeshMessage.Moved message;
        final long since;
        int said;

        Farewell(int to, MeshMessage.Moved message, long since) {
            this.to = to;
            this.message = message;
            this.since = since;
        }
    }

    private final int self;
    private final Custody custody;
    private final Holders elsewhere;
    private final BiConsumer<Integer, MeshMessage> tell;
    private final Map<StaticKey, Guest> guests = new HashMap<>();
    private final Asking news = new Asking();
    private final List<Farewell> farewells = new ArrayList<>();

    /**
     * @param elsewhere client id → the edge of another city that has its session; written here
     * @param tell an edge of another city, by its number
     */
    public Moves(int self, Custody custody, Holders elsewhere, BiConsumer<Integer, MeshMessage> tell) {
        this.self = self;
        this.custody = custody;
        this.elsewhere = elsewhere;
        this.tell = tell;
    }

    /**
     * An edge of another city offers a session.
     *
     * @param mayTakeOver see {@link Neighbours#mayTakeOver}; if not, its packets are passed there only
     */
    public void offered(SessionRecord record, int from, boolean mayTakeOver, long now) {
        StaticKey device = record.device().key();
        Guest before = guests.get(device);
        if (before == null && guests.size() >= MOST) {
            record.close();
            return;
        }
        elsewhere.put(record.device().clientId(), from);
        if (before != null && now - before.since < PAUSE) {
            record.close();
            return;
        }
        guests.put(device, new Guest(record.device().clientId(), from, now));
        if (mayTakeOver) {
            custody.offered(record);
        } else {
            record.close();
        }
    }

    /**
     * A session has come into use here that we did not hold before.
     *
     * @param known whether it was one of this city's already
     * @param cities picks for a client id one edge of each other city, to be told if the device was not offered by one
     */
    public void began(SessionRecord record, boolean known, IntFunction<int[]> cities, long now) {
        StaticKey device = record.device().key();
        int clientId = record.device().clientId();
        MeshMessage.Moved moved = new MeshMessage.Moved(device, clientId, self, record.version());
        Guest guest = guests.get(device);
        if (guest != null && !guest.ours) {
            guest.ours = true;
            tell.accept(guest.from, moved);
            farewells.add(new Farewell(guest.from, moved, now));
        } else if (!known) {
            tellAll(cities.apply(clientId), moved, now);
        }
    }

    /** Once: a session that is left behind elsewhere is over within minutes, and does no harm until then. */
    private void tellAll(int[] others, MeshMessage.Moved moved, long now) {
        if (news.may(moved.clientId(), 0, moved.clientId(), others.length, now)) {
            for (int edge : others) {
                tell.accept(edge, moved);
            }
        }
    }

    /** To be called every {@link Liveness#INTERVAL}. */
    public void tick(CityView view, long now) {
        for (Iterator<Farewell> all = farewells.iterator(); all.hasNext(); ) {
            Farewell farewell = all.next();
            if (now - farewell.since >= AGAIN[farewell.said]) {
                tell.accept(farewell.to, farewell.message);
                farewell.said++;
            }
            if (farewell.said == AGAIN.length) {
                all.remove();
            }
        }
        guests.entrySet().removeIf(entry -> {
            Guest guest = entry.getValue();
            if (now - guest.since < PASSING) {
                return false;
            }
            elsewhere.put(guest.clientId, Holders.NOBODY);
            custody.withdrawn(entry.getKey(), view);
            return true;
        });
    }
}
