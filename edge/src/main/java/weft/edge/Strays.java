package weft.edge;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import weft.fleet.Asking;
import weft.fleet.Forward;
import weft.fleet.Holders;
import weft.fleet.Router;
import weft.fleet.TagKeys;
import weft.netio.UdpPath;
import weft.tunnel.Arrival;

/**
 * Datagrams for sessions that nobody in this city has: passed to the other cities, to the one that has offered us the session or
 * to all of them within the bounds of {@link Asking}. An inbound agent's thread.
 */
final class Strays {
    private final Router router;
    private final Forwarder forwarder;
    private final Holders elsewhere;
    private final FleetCounters counters;
    private final Asking asking;
    private volatile Abroad abroad = Abroad.NOTHING;
    private int turn;

    /**
     * @param elsewhere client id → the edge of another city that has offered its session
     * @param shards how many of these the edge has
     */
    Strays(Router router, Forwarder forwarder, Holders elsewhere, int shards, FleetCounters counters) {
        this.router = router;
        this.forwarder = forwarder;
        this.elsewhere = elsewhere;
        this.counters = counters;
        asking = new Asking(shards);
    }

    /** From the city's thread. */
    void publish(Abroad others) {
        abroad = others;
    }

    Abroad abroad() {
        return abroad;
    }

    /**
     * Passes it to other cities, if it may.
     *
     * @param forward as {@link Router} left it: its path is the client's
     */
    void seek(Forward forward, Arrival arrival, Routing routing, TagKeys keys, int clientId) throws IOException {
        Abroad others = abroad;
        int count = others.cities();
        if (count == 0 || isFromAbroad(arrival, forward, routing)) {
            counters.add(FleetCount.ORPHANED);
            return;
        }
        int there = elsewhere.get(clientId);
        if (there != Holders.NOBODY && others.path(there) != null) {
            pass(there, forward, arrival, routing, keys, others);
        } else if (asking.may(clientId, forward.high(), forward.low(), count, System.nanoTime())) {
            turn++;
            for (int city = 0; city < count; city++) {
                pass(others.edge(city, clientId, turn), forward, arrival, routing, keys, others);
            }
        } else {
            counters.add(FleetCount.ORPHANED);
        }
    }

    static boolean isFromAbroad(Arrival arrival, Forward forward, Routing routing) {
        return arrival.forwarded() && Router.isFromAbroad(forward, routing.view());
    }

    private void pass(int there, Forward forward, Arrival arrival, Routing routing, TagKeys keys, Abroad others)
            throws IOException {
        @Nullable UdpPath to = others.path(there);
        if (to != null) {
            router.abroad(forward, routing.view(), there);
            counters.add(FleetCount.SENT_ABROAD);
            forwarder.send(forward, arrival.buffer(), arrival.at(), arrival.length(), to, keys);
        }
    }
}
