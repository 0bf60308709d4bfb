package weft.wireguard;

import org.jspecify.annotations.Nullable;

/** Our own effort to get a session with one peer: the initiation that waits for its response, and when to try again. */
final class Attempt {
    private @Nullable Initiator pending;
    private boolean active;
    private long since = Traffic.NEVER;
    private long lastSent = Traffic.NEVER;
    private long dueAt = Long.MAX_VALUE;

    /** Somebody wants a session. An effort that is under way gets its full time anew. */
    void want(long now) {
        since = now;
        if (!active) {
            active = true;
            dueAt = Math.max(now, lastSent + Spec.REKEY_TIMEOUT);
        }
    }

    boolean isActive() {
        return active;
    }

    long dueAt() {
        return dueAt;
    }

    boolean isHopeless(long now) {
        return active && now >= dueAt && now - since >= Spec.REKEY_ATTEMPT_TIME;
    }

    void sent(Initiator initiator, long now, long jitter) {
        discard();
        pending = initiator;
        lastSent = now;
        dueAt = now + Spec.REKEY_TIMEOUT + jitter;
    }

    @Nullable
    Initiator pending() {
        return pending;
    }

    void end() {
        discard();
        active = false;
        dueAt = Long.MAX_VALUE;
    }

    private void discard() {
        if (pending != null) {
            pending.close();
            pending = null;
        }
    }
}
