package weft.wireguard;

/** What changes from call to call and so comes from outside. */
public interface Fresh {
    void random(byte[] into);

    /** The wall clock, in nanoseconds since 1970. TAI64N stamps are made from it, and shared cookies; no timer is. */
    long unixNanos();

    /**
     * A candidate for the index by which this peer shall address us.
     *
     * @param attempt 0, and one more each time that a candidate was taken already; so whoever prefers some can give that up
     */
    int receiverIndex(PublicKey peer, int attempt);
}
