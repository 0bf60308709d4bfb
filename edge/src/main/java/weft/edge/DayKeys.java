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

    private final FleetSecret secret;
    private final Prf prf;
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

    /** Cookies that any edge of the fleet accepts. From any thread. */
    CookieKeys cookieKeys() {
        CookieEpochs epochs = new CookieEpochs(secret, prf);
        return (nowNanos, unixNanos) -> epochs.secrets(unixNanos);
    }

    @Override
    public void close() {
        secret.close();
    }
}
