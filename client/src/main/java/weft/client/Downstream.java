package weft.client;

/**
 * Finds out when a stream towards the device stops that had been flowing: a state machine that does no I/O. A NAT that has
 * forgotten the device drops what comes for it, and a device that only answers what it receives says nothing from then on, so the
 * edge never learns the new way. One datagram of ours mends that, if it comes before the sender's first retransmission, which
 * TCP sends after 200 ms and more on most systems: whoever misses that one waits for the next, twice as long.
 *
 * <p>A stream that has just ended looks the same, and costs one empty datagram. Times are nanoseconds of one monotonic clock.
 */
final class Downstream {
    /** How often to {@link #look} while something flows. */
    static final long LOOK = 25_000_000L;

    /** Silence that is not the stream's own. */
    static final long SILENCE = 75_000_000L;

    /** In bytes a second: less is no stream that would be missed. */
    static final long FLOWING = 32 << 10;

    private static final long SECOND = 1_000_000_000L;

    private boolean flows;
    private long seenAt;
    private long received;
    private long sent;
    private long since;

    /** Whether {@link #look} wants to be called soon. */
    boolean flows() {
        return flows;
    }

    /**
     * @param nowReceived bytes so far, and {@code nowSent} the same
     * @return whether a keepalive is due
     */
    boolean look(long now, long nowReceived, long nowSent) {
        long heard = nowReceived - received;
        boolean spoke = nowSent != sent;
        boolean fast = heard > 0 && heard >= FLOWING * (now - seenAt) / SECOND;
        received = nowReceived;
        sent = nowSent;
        seenAt = now;
        if (heard > 0 || spoke) {
            flows |= fast;
            since = now;
            return false;
        }
        boolean due = flows && now - since >= SILENCE;
        if (due) {
            flows = false;
        }
        return due;
    }
}
