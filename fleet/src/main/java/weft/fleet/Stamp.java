package weft.fleet;

/**
 * A TAI64N stamp of a handshake initiation (WireGuard's whitepaper, section 5.4.2). From a device any value may come.
 *
 * @param seconds since 2^62 before 1970 (TAI), unsigned
 * @param nanos unsigned
 */
public record Stamp(long seconds, int nanos) implements Comparable<Stamp> {
    /** Before all others: none has been seen. */
    public static final Stamp NEVER = new Stamp(0, 0);

    @Override
    public int compareTo(Stamp other) {
        int bySeconds = Long.compareUnsigned(seconds, other.seconds);
        return bySeconds != 0 ? bySeconds : Integer.compareUnsigned(nanos, other.nanos);
    }
}
