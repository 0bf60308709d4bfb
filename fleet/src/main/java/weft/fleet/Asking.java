package weft.fleet;

import java.util.Arrays;

/**
 * How often edges of other cities are asked whether they have a session that nobody here has. Anybody can forge a packet
 * that makes us ask, and each question goes to every other city; so there is a bound for each client id, for each source
 * and for all together. What is refused is a lost packet of a device that has moved, which sends another one soon.
 *
 * <p>Tables of fixed size in which clients, or sources, that share a place share its bound. One thread's; allocates nothing.
 */
public final class Asking {
    /** Between two questions for one client id, in nanoseconds. */
    static final long INTERVAL = 50_000_000L;

    /** For one source (IPv4 address, IPv6 /64) at once, and one more for each {@link #INTERVAL}. */
    static final int SOURCE_BURST = 16;

    /** Datagrams for all together, at once and in each second. */
    static final int TOTAL = 4096;

    private static final int SLOTS = 1 << 12;
    private static final long SECOND = 1_000_000_000L;

    private final int parts;
    private final long[] clients = new long[SLOTS];
    private final long[] sources = new long[SLOTS];
    private long total;
    private boolean started;

    /** All there is of an edge. */
    public Asking() {
        this(1);
    }

    /** @param of how many of an edge this is one: together they keep to {@link #TOTAL}, and each to the other bounds */
    public Asking(int of) {
        parts = of;
    }

    /**
     * @param high and {@code low}: the source's address as in {@link Forward}
     * @param datagrams how many a question costs
     * @param now in nanoseconds
     * @return whether it may be asked now; then it counts
     */
    public boolean may(int clientId, long high, long low, int datagrams, long now) {
        if (!started) {
            start(now);
        }
        int client = slot(clientId);
        int source = slot(high == 0 ? low : high);
        long sourcePaid = Math.max(sources[source], now - SOURCE_BURST * INTERVAL);
        long totalPaid = Math.max(total, now - SECOND);
        long price = datagrams * (SECOND / TOTAL) * parts;
        if (now - clients[client] < INTERVAL || sourcePaid + INTERVAL > now || totalPaid + price > now) {
            return false;
        }
        clients[client] = now;
        sources[source] = sourcePaid + INTERVAL;
        total = totalPaid + price;
        return true;
    }

    /** A clock of nanoseconds may begin anywhere. */
    private void start(long now) {
        started = true;
        total = now - SECOND;
        Arrays.fill(clients, now - INTERVAL);
        Arrays.fill(sources, now - SOURCE_BURST * INTERVAL);
    }

    private static int slot(long of) {
        return (int) ((of * 0x9E3779B97F4A7C15L) >>> 52);
    }
}
