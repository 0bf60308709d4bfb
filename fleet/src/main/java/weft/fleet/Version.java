package weft.fleet;

/**
 * Which of two records of one device is the later one. A version is made by the edge that holds the session, from its own
 * clock and never from the stamp of a device, whose clock may be anything; and it is after the one that the edge knew of,
 * whatever its clock says.
 *
 * @param unixNanos when the session's handshake was, by the holder's clock, in nanoseconds since 1970
 * @param changes since then: roams, and handshakes that the clock does not tell apart; not negative
 */
public record Version(long unixNanos, int changes) implements Comparable<Version> {
    public Version {
        if (changes < 0) {
            throw new IllegalArgumentException("changes are counted from 0: " + changes);
        }
    }

    /** Of the first record of a device. */
    public static Version first(long unixNanos) {
        return new Version(unixNanos, 0);
    }

    /** The one after this for a new handshake. */
    public Version handshake(long now) {
        return now > unixNanos ? first(now) : changed();
    }

    /** The one after this for a roam, or anything else that changed. */
    public Version changed() {
        return new Version(unixNanos, Math.addExact(changes, 1));
    }

    @Override
    public int compareTo(Version other) {
        int byClock = Long.compare(unixNanos, other.unixNanos);
        return byClock != 0 ? byClock : Integer.compare(changes, other.changes);
    }
}
