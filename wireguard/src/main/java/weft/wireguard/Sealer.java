package weft.wireguard;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Makes transport datagrams of one session. One thread seals; any may close.
 *
 * <p>A nonce must never be used twice, so the counter has one writer. Closing zeroes the key, perhaps while a packet is
 * being sealed, which then is sealed under a key that anybody knows: {@link #seal} looks whether that may have happened
 * after it has sealed, and takes the datagram back.
 */
public final class Sealer {
    /** The session can seal no more: a new handshake is needed. */
    public static final int SPENT = -1;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Aead.Key key;
    private final int remoteIndex;
    private final int header;
    private final long born;
    private final boolean initiator;
    private final Traffic traffic;
    private long counter;
    private boolean rekeyAsked;
    private boolean rekeyDue;
    private volatile boolean closed;

    Sealer(Aead.Key key, int remoteIndex, int reserved, boolean initiator, long born, long counter, Traffic traffic) {
        this.key = key;
        this.remoteIndex = remoteIndex;
        this.initiator = initiator;
        this.born = born;
        this.counter = counter;
        this.traffic = traffic;
        header = Spec.TRANSPORT | (Integer.reverseBytes(reserved) & 0xffffff00);
    }

    /**
     * Seals a packet into a datagram of {@code length + 32} bytes.
     *
     * @param length of the packet with its padding, see {@link #padded}; 0 for a keepalive
     * @param nowNanos of a monotonic clock, not negative
     * @return the datagram's length, or {@link #SPENT}; then the output may hold anything and must not be sent
     */
    public int seal(MemorySegment in, long at, int length, MemorySegment out, long outAt, long nowNanos) {
        long nonce = counter;
        if (closed
                || nowNanos - born >= Spec.REJECT_AFTER_TIME
                || Long.compareUnsigned(nonce, Spec.REJECT_AFTER_MESSAGES) >= 0) {
            return SPENT;
        }
        counter = nonce + 1;
        // The packet first: it may stand where the header goes.
        try {
            key.seal(nonce, in, at, length, out, outAt + Spec.TRANSPORT_HEADER_SIZE);
        } catch (IllegalStateException refused) {
            // A key may say itself that it has been closed.
            if (closed) {
                return SPENT;
            }
            throw refused;
        }
        out.set(INT, outAt, header);
        out.set(INT, outAt + 4, remoteIndex);
        out.set(LONG, outAt + 8, nonce);
        if (closed) {
            return SPENT;
        }
        int datagram = length + Spec.TRANSPORT_OVERHEAD;
        traffic.sent(datagram, length > 0, nowNanos);
        if (!rekeyAsked && isRekeyDue(nonce, nowNanos)) {
            rekeyAsked = true;
            rekeyDue = true;
        }
        return datagram;
    }

    private boolean isRekeyDue(long nonce, long nowNanos) {
        return Long.compareUnsigned(nonce, Spec.REKEY_AFTER_MESSAGES) >= 0
                || (initiator && nowNanos - born >= Spec.REKEY_AFTER_TIME);
    }

    /** Whether to tell {@link Handshakes#initiate} that this session wants a successor; true once. */
    public boolean takeRekeyDue() {
        boolean due = rekeyDue;
        rekeyDue = false;
        return due;
    }

    /**
     * The length of a packet with its padding: the next multiple of 16, but not over the tunnel's MTU (whitepaper,
     * 5.4.6). The caller zeroes the bytes in between.
     */
    public static int padded(int length, int mtu) {
        int padded = (length + Spec.PADDING - 1) & -Spec.PADDING;
        return Math.max(length, Math.min(padded, mtu));
    }

    long born() {
        return born;
    }

    void close() {
        closed = true;
        key.close();
    }
}
