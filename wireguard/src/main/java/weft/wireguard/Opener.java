package weft.wireguard;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Opens transport datagrams of one session. One thread opens; any may close. */
public final class Opener {
    /** The counter was seen before, or is too old to tell. */
    public static final int REPLAY = -1;

    public static final int FORGED = -2;

    /** The session is over: too old, too many messages, or closed. */
    public static final int EXPIRED = -3;

    /** What the control agent has to hear of, once each. */
    public enum Signal {
        NONE,
        /** The first genuine datagram of a session that we answered for: call {@link Handshakes#confirmed}. */
        CONFIRMED,
        /** The session nears its end: call {@link Handshakes#initiate}. */
        REKEY
    }

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final long LAST_MINUTE = Spec.REJECT_AFTER_TIME - Spec.KEEPALIVE_TIMEOUT - Spec.REKEY_TIMEOUT;

    private final Aead.Key key;
    private final int index;
    private final long born;
    private final boolean initiator;
    private final Traffic traffic;
    private final ReplayWindow window = new ReplayWindow();
    private boolean confirmed;
    private boolean rekeyAsked;
    private Signal signal = Signal.NONE;
    private volatile boolean closed;

    Opener(Aead.Key key, int index, boolean initiator, long born, Traffic traffic) {
        this.key = key;
        this.index = index;
        this.initiator = initiator;
        this.born = born;
        this.traffic = traffic;
        confirmed = initiator;
    }

    /** The receiver index that datagrams of this session carry. */
    public int index() {
        return index;
    }

    /**
     * Opens a datagram whose receiver index is {@link #index}.
     *
     * @param length of the whole datagram; anything shorter than 32 bytes is {@link #FORGED}
     * @param nowNanos of a monotonic clock, not negative
     * @return the packet's length with its padding; 0 for a keepalive; negative if refused, and then the output may hold
     *     anything
     */
    public int open(MemorySegment in, long at, int length, MemorySegment out, long outAt, long nowNanos) {
        if (length < Spec.TRANSPORT_OVERHEAD) {
            return FORGED;
        }
        long counter = in.get(LONG, at + 8);
        if (closed
                || nowNanos - born >= Spec.REJECT_AFTER_TIME
                || Long.compareUnsigned(counter, Spec.REJECT_AFTER_MESSAGES) >= 0) {
            return EXPIRED;
        }
        if (!window.isFresh(counter)) {
            return REPLAY;
        }
        int sealed = length - Spec.TRANSPORT_HEADER_SIZE;
        if (!key.open(counter, in, at + Spec.TRANSPORT_HEADER_SIZE, sealed, out, outAt)) {
            return FORGED;
        }
        if (closed) {
            return EXPIRED;
        }
        window.mark(counter);
        int packet = sealed - Spec.TAG_SIZE;
        traffic.received(length, packet > 0, nowNanos);
        raise(nowNanos);
        return packet;
    }

    private void raise(long nowNanos) {
        if (!confirmed) {
            confirmed = true;
            signal = Signal.CONFIRMED;
        } else if (initiator && !rekeyAsked && nowNanos - born >= LAST_MINUTE) {
            rekeyAsked = true;
            signal = Signal.REKEY;
        }
    }

    public Signal takeSignal() {
        Signal taken = signal;
        signal = Signal.NONE;
        return taken;
    }

    void close() {
        closed = true;
        key.close();
    }
}
