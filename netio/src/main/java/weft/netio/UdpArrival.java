package weft.netio;

/**
 * The path of the datagram at hand: a {@link UdpPath} that is written over for each datagram, so that looking at one
 * allocates nothing. Addresses as there: IPv4 is held as IPv4-mapped IPv6. One thread's.
 */
public final class UdpArrival {
    private long high;
    private long low;
    private int port;
    private int scope;
    private long localHigh;
    private long localLow;

    /**
     * A datagram that somebody else received and passed on.
     *
     * @param high and {@code low}: the sender's address; {@code localHigh} and {@code localLow}: the one it wrote to
     */
    public void set(long high, long low, int port, long localHigh, long localLow) {
        set(high, low, port, 0, localHigh, localLow);
    }

    /** The path of another datagram at hand. */
    public void set(UdpArrival other) {
        set(other.high, other.low, other.port, other.scope, other.localHigh, other.localLow);
    }

    void set(long high, long low, int port, int scope, long localHigh, long localLow) {
        this.high = high;
        this.low = low;
        this.port = port;
        this.scope = scope;
        this.localHigh = localHigh;
        this.localLow = localLow;
    }

    /** Whether it came along this path: from its remote address and port to its local address. */
    public boolean is(UdpPath path) {
        return path.is(high, low, port, scope, localHigh, localLow);
    }

    /** Whether it came from this path's remote address and port, to whatever local address. */
    public boolean isFrom(UdpPath path) {
        return path.isRemote(high, low, port);
    }

    /** Allocates: for handshakes and roaming. */
    public UdpPath path() {
        return new UdpPath(high, low, port, scope, localHigh, localLow);
    }

    public boolean isV4() {
        return UdpPath.isMapped(high, low);
    }

    public long high() {
        return high;
    }

    public long low() {
        return low;
    }

    public int port() {
        return port;
    }

    public long localHigh() {
        return localHigh;
    }

    public long localLow() {
        return localLow;
    }
}
