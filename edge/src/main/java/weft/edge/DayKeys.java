package weft.edge;

import java.util.List;
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
    private ReceiverIndices indices;
    private TagKeys tagKeys;

    DayKeys(FleetSecret secret, Prf prf) {
        this.secret = secret;
        this.prf = prf;
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
        secret = other; // The former one is not zeroed: what it derives is the same, and the control agent may be
        // deriving.
        indices = new ReceiverIndices(today(), secret, prf);
        tagKeys = forAnotherThread();
    }

    /** Cookies that any edge of the fleet accepts. One thread's, and it need not be the city's. */
    CookieKeys cookieKeys() {
        return new CookieKeys() {
            private FleetSecret of = secret;
            private CookieEpochs epochs = new CookieEpochs(of, prf);

            @Override
            public List<byte[]> secrets(long nowNanos, long unixNanos) {
                FleetSecret now = secret;
                if (of != now) {
                    epochs.close();
                    of = now;
                    epochs = new CookieEpochs(now, prf);
                }
                return epochs.secrets(unixNanos);
            }
        };
    }

    @Override
    public void close() {
        secret.close();
    }
}
