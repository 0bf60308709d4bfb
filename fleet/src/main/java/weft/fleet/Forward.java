package weft.fleet;

import java.lang.foreign.MemorySegment;

/**
 * What an edge wraps around a client's datagram to pass it to another edge: a GUE header (variant 0,
 * draft-ietf-intarea-gue-09, section 3) with private data, and the client's IP and UDP headers as they came, so that the
 * other edge can answer the client straight. It is the payload of a UDP packet to {@link #PORT}, over either family
 * whatever the client's. Big-endian:
 *
 * <pre>{@code
 *  0  GUE: variant 0, C 0, hlen: words up to the IP header; u8 protocol: 4 or 41; u16 flags 0
 *  4  u8 format 1, u8 flags, u8 hops n, u8 position
 *  8  u32 table epoch
 * 12  u24 client id or 0, u8 hop limit
 * 16  n x u32 hop: a member's number
 *     u64 tag
 *     IPv4 or IPv6 header, UDP header with checksum 0 (RFC 6935): the client's address to the fleet's
 *     the datagram
 * }</pre>
 *
 * <p>The tag is SipHash-2-4 over all that stands before it, the IP and UDP headers and the first 16 bytes of the datagram.
 * Nobody outside the fleet can make one; the rest of the datagram is WireGuard's to authenticate.
 *
 * <p>Written over for each datagram, so that none allocates: fill it in or {@link #read} one, change what the next hop shall
 * see, {@link #write}. One thread's. Addresses are two longs as in an IPv6 header, IPv4 as IPv4-mapped IPv6 (RFC 4291
 * section 2.5.5.2).
 */
public final class Forward {
    /** The UDP port of GUE (IANA). */
    public static final int PORT = 6080;

    public static final int MAX_HOPS = 12;

    /** What a fresh forward may be given: twice through the longest list of hops and back to its start. */
    public static final int HOP_LIMIT = 2 * (MAX_HOPS + 1);

    /**
     * The most bytes that are put in front of a datagram: an IPv6 client, {@value #MAX_HOPS} hops. With 3 hops it is 84, or
     * 64 for an IPv4 client. The IP and UDP headers around it all, 28 or 48 bytes, come on top.
     */
    public static final int MAX_OVERHEAD = Gue.headerLength(MAX_HOPS) + Wire.V6_UDP;

    /** No WireGuard message is shorter, in bytes. */
    public static final int MIN_DATAGRAM = 32;

    /** Anything longer would not fit one UDP packet with the overhead, in bytes. */
    public static final int MAX_DATAGRAM = 65_507 - MAX_OVERHEAD;

    /** What {@link #read} makes of a packet. */
    public enum Verdict {
        GENUINE,
        /** Shorter than its headers, or its lengths contradict each other. */
        LENGTH,
        /** Another variant of GUE or format of private data. */
        VERSION,
        /** A control message, or fields with values that no edge writes. */
        FORMAT,
        /** No edge of this fleet has tagged it so, lately. */
        TAG,
        /** Tagged, but what is inside is no datagram of a client that could be answered. */
        INNER,
        /** It has been passed on too often. */
        HOP_LIMIT
    }

    private final int[] hops = new int[MAX_HOPS];
    private int hopCount;
    private int position;
    private boolean takeIt;
    private int tableEpoch;
    private int clientId;
    private int hopLimit;

    private long high;
    private long low;
    private int port;
    private long localHigh;
    private long localLow;
    private int localPort;

    private long datagramAt;
    private int datagramLength;

    /**
     * Begins a new one: no hops yet, of which it needs at least one; at position 0; no client id.
     *
     * @param limit 1 to 255: how often it may be sent on
     */
    public Forward begin(int epochOfTable, int limit) {
        tableEpoch = epochOfTable;
        hopLimit = limit;
        hopCount = 0;
        position = 0;
        takeIt = false;
        clientId = 0;
        return this;
    }

    /** @throws IndexOutOfBoundsException if there are {@value #MAX_HOPS} already */
    public Forward addHop(int member) {
        hops[hopCount++] = member;
        return this;
    }

    /** The client id of an initiation whose static key we have opened, as it does not show otherwise; 0: none. */
    public Forward clientId(int id) {
        clientId = id;
        return this;
    }

    /**
     * Where the datagram came from, and the address and port of the fleet that it was sent to.
     *
     * @return whether a client there can be answered: both addresses are of one family and known, and no port is 0. Only
     *     then may it be written
     */
    public boolean path(long fromHigh, long fromLow, int fromPort, long toHigh, long toLow, int toPort) {
        high = fromHigh;
        low = fromLow;
        port = fromPort;
        localHigh = toHigh;
        localLow = toLow;
        localPort = toPort;
        return isPath(fromHigh, fromLow, fromPort, toHigh, toLow, toPort);
    }

    static boolean isPath(long fromHigh, long fromLow, int fromPort, long toHigh, long toLow, int toPort) {
        return isMapped(fromHigh, fromLow) == isMapped(toHigh, toLow)
                && isKnown(fromHigh, fromLow)
                && isKnown(toHigh, toLow)
                && isPort(fromPort)
                && isPort(toPort);
    }

    /** Of one that was kept apart: where in the list it was when it came. */
    public Forward resume(int at, boolean toBeTaken) {
        position = at;
        takeIt = toBeTaken;
        return this;
    }

    /** The next hop is the one at this position of the list. */
    public Forward passTo(int next) {
        position = next;
        hopLimit--;
        return this;
    }

    /** No hop has the session: it goes back to the first one that there is, which shall take it. */
    public Forward giveBack() {
        takeIt = true;
        return passTo(hopCount);
    }

    /** Bytes that {@link #write} puts in front of a datagram. */
    public int overhead() {
        return Gue.headerLength(hopCount) + (isV4() ? Wire.V4_UDP : Wire.V6_UDP);
    }

    /**
     * Writes a datagram with everything in front of it.
     *
     * @param out with {@link #overhead} + {@code length} bytes of room at {@code outAt}
     * @return the length of it all; 0 if the datagram is shorter than {@link #MIN_DATAGRAM} or longer than
     *     {@link #MAX_DATAGRAM}
     */
    public int write(MemorySegment in, long at, int length, MemorySegment out, long outAt, TagKeys keys) {
        return ForwardWriter.write(this, in, at, length, out, outAt, keys.key(0));
    }

    /**
     * Writes one more datagram of the same length, which goes the same way, as the last thing that was done with this and with
     * the keys was to write the one before. Much cheaper than {@link #write}: of a stream's datagrams only the tags differ.
     *
     * @param before where the one before was written to, in {@code out}
     */
    public int repeat(MemorySegment in, long at, int length, MemorySegment out, long before, long outAt, TagKeys keys) {
        return ForwardWriter.repeat(this, in, at, length, out, before, outAt, keys.key(0));
    }

    /** Whether a datagram came along the path of the one that was written last. */
    public boolean isSamePath(long fromHigh, long fromLow, int fromPort, long toHigh, long toLow) {
        return low == fromLow && port == fromPort && high == fromHigh && localLow == toLow && localHigh == toHigh;
    }

    /**
     * Reads a packet of another edge: the payload of a UDP packet. Unless it is genuine, this holds no certain state
     * afterwards. Whether the sender is a member is the caller's to ask.
     */
    public Verdict read(MemorySegment in, long at, int length, TagKeys keys) {
        return ForwardReader.read(this, in, at, length, keys);
    }

    /**
     * The receiver index of the client's transport data, as {@link #read} would find it: a hint where the packet belongs, for
     * nothing is verified.
     *
     * @return the index as an unsigned number; negative if there is none
     */
    public static long receiver(MemorySegment in, long at, int length) {
        return ForwardReader.receiver(in, at, length);
    }

    void datagram(long start, int length) {
        datagramAt = start;
        datagramLength = length;
    }

    public int hops() {
        return hopCount;
    }

    /** @param i 0 up to {@link #hops} − 1 */
    public int hop(int i) {
        return hops[i];
    }

    /** Which hop it is sent to; {@link #hops} once it was given back. */
    public int position() {
        return position;
    }

    /** Whether all hops have been asked, and the first one shall take the session. */
    public boolean takeIt() {
        return takeIt;
    }

    /** The low 32 bits of the digest of the sender's table. */
    public int tableEpoch() {
        return tableEpoch;
    }

    /** 0 if there is none. */
    public int clientId() {
        return clientId;
    }

    public int hopLimit() {
        return hopLimit;
    }

    public boolean isV4() {
        return isMapped(localHigh, localLow);
    }

    /** Of the client's address: the first eight bytes. */
    public long high() {
        return high;
    }

    /** Of the client's address: the last eight bytes. */
    public long low() {
        return low;
    }

    /** The client's. */
    public int port() {
        return port;
    }

    /** Of the fleet's address: the first eight bytes. */
    public long localHigh() {
        return localHigh;
    }

    /** Of the fleet's address: the last eight bytes. */
    public long localLow() {
        return localLow;
    }

    /** The fleet's. */
    public int localPort() {
        return localPort;
    }

    /** Where the datagram starts in what was read. */
    public long datagramAt() {
        return datagramAt;
    }

    /** In bytes. */
    public int datagramLength() {
        return datagramLength;
    }

    private static boolean isPort(int number) {
        return number > 0 && number <= 0xffff;
    }

    private static boolean isKnown(long high, long low) {
        return isMapped(high, low) ? (int) low != 0 : (high | low) != 0;
    }

    private static boolean isMapped(long high, long low) {
        return high == 0 && low >>> 32 == 0xffff;
    }
}
