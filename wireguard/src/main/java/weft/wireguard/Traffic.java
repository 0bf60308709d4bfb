package weft.wireguard;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What has passed between us and one peer, as its timers need it (whitepaper, 6.5).
 *
 * <p>Three agents meet here and none waits: each cell has one writer, who stores without a fence; readers see a value
 * that may be a moment old. That is enough, because a timer that starts with an event that its reader has not seen yet
 * cannot be due before its own length has passed since the reader last looked: {@link Peer} looks that often.
 */
final class Traffic {
    /** Before every moment of the caller's clock. */
    static final long NEVER = Long.MIN_VALUE / 4;

    // The outbound agent's.
    private final AtomicLong lastSent = new AtomicLong(NEVER);
    private final AtomicLong unheardSince = new AtomicLong(NEVER);
    private final AtomicLong lastDataSent = new AtomicLong(NEVER);
    private final AtomicLong sentBytes = new AtomicLong();
    // The inbound agent's.
    private final AtomicLong lastReceived = new AtomicLong(NEVER);
    private final AtomicLong unansweredSince = new AtomicLong(NEVER);
    private final AtomicLong lastDataReceived = new AtomicLong(NEVER);
    private final AtomicLong receivedBytes = new AtomicLong();
    // The control agent's.
    private final AtomicLong excused = new AtomicLong(NEVER);

    void sent(int datagram, boolean data, long now) {
        if (data && unheardSince.getPlain() <= Math.max(lastReceived.getOpaque(), excused.getOpaque())) {
            unheardSince.setOpaque(now);
        }
        lastSent.setOpaque(now);
        if (data) {
            lastDataSent.setOpaque(now);
        }
        sentBytes.setOpaque(sentBytes.getPlain() + datagram);
    }

    void received(int datagram, boolean data, long now) {
        if (data && unansweredSince.getPlain() <= lastSent.getOpaque()) {
            unansweredSince.setOpaque(now);
        }
        lastReceived.setOpaque(now);
        if (data) {
            lastDataReceived.setOpaque(now);
        }
        receivedBytes.setOpaque(receivedBytes.getPlain() + datagram);
    }

    /** When the first data since our last datagram came, or {@link #NEVER} if all is answered. */
    long unansweredSince() {
        long since = unansweredSince.getOpaque();
        return since > lastSent.getOpaque() ? since : NEVER;
    }

    /** When the first data went out since we last heard from the peer, or {@link #NEVER}. */
    long unheardSince() {
        long since = unheardSince.getOpaque();
        return since > Math.max(lastReceived.getOpaque(), excused.getOpaque()) ? since : NEVER;
    }

    /** The peer's silence has been acted upon, or was broken by a handshake: it counts anew from the next data. */
    void excuse(long now) {
        // Data of this very moment is the next already.
        excused.setOpaque(now - 1);
    }

    long lastAny() {
        return Math.max(lastSent.getOpaque(), lastReceived.getOpaque());
    }

    /** When the last packet passed that was no keepalive, in either direction, or {@link #NEVER}. */
    long lastData() {
        return Math.max(lastDataSent.getOpaque(), lastDataReceived.getOpaque());
    }

    long sentBytes() {
        return sentBytes.getOpaque();
    }

    long receivedBytes() {
        return receivedBytes.getOpaque();
    }
}
