package weft.edge;

import weft.fleet.CookieEpochs;
import weft.fleet.FleetSecret;
import weft.fleet.Prf;
import weft.fleet.ReceiverIndices;
import weft.fleet.TagKeys;
import weft.wireguard.CookieKeys;

/** What a day's epoch of the fleet's secret yields. The city's thread only, but where it is said otherwise. */
final class DayKeys implements AutoCloseable {
    private static final long NANOS_A_MILLI = 1_000_000L;

    private final Prf prf;
    private volatile FleetSecret secret;
    private volatile CookieEpochs cookies;
    private ReceiverIndices indices;
    private TagKeys tagKeys;

    DayKeys(FleetSecret secret, Prf prf) {
        this.secret = secret;
        this.prf = prf;
        cookies = new CookieEpochs(secret, prf);
        indices = new ReceiverIndices(today(), secret, prf);
        tagKeys = forAnotherThread();
    }

    static long today() {
        return FleetSecret.day(System.currentTimeMillis() * NANOS_A_MILLI);
    }

    ReceiverIndices indices() {
        return indices;
    }

    /** The city's thread's own. */
    TagKeys tagKeys() {
        return tagKeys;
    }

    /** They hold what a tag is computed in, so each thread needs its own. */
    TagKeys forAnotherThread() {
        return new TagKeys(today(), secret, prf);
    }

    /** @return whether a new day has begun */
    boolean turn(long unixMillis) {
        if (!indices.isOver(unixMillis * NANOS_A_MILLI)) {
            return false;
        }
        indices = new ReceiverIndices(today(), secret, prf);
        tagKeys = forAnotherThread();
        return true;
    }

    /**
     * Goes on by another file's secrets.
     *
     * @throws IllegalArgumentException unless they are the same for today and yesterday, by which edges talk just now
     */
    void renew(FleetSecret other) {
        if (!other.agrees(secret, today()) || !other.agrees(secret, today() - 1)) {
            throw new IllegalArgumentException(
                    "its secret of today or of yesterday is another one than this edge's,"
                            + " and it would be cut off from the others; a secret is added for a day to come: weft fleet rotate-secret");
        }
        // The former ones are not zeroed: what they derive is the same, and other threads may be deriving.
        secret = other;
        cookies = new CookieEpochs(other, prf);
        indices = new ReceiverIndices(today(), secret, prf);
        tagKeys = forAnotherThread();
    }

    /** Cookies that any edge of the fleet accepts. From any thread. */
    CookieKeys cookieKeys() {
        return (nowNanos, unixNanos) -> cookies.secrets(unixNanos);
    }

    @Override
    public void close() {
        cookies.close();
        secret.close();
    }
}
