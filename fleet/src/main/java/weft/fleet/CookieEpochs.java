package weft.fleet;

import java.util.Arrays;
import java.util.List;

/**
 * The secrets behind the fleet's cookies (WireGuard's whitepaper, section 5.4.7): another one every two minutes of the wall
 * clock, the same on every edge without a word between them. So a device that proved its address to one edge has proved it
 * to all.
 *
 * <p>A device uses a cookie for two minutes, so the epoch before counts as well; and the epoch after, for cookies of edges
 * whose clocks are ahead. From any thread: it remembers the secrets of the epoch at hand.
 */
public final class CookieEpochs implements AutoCloseable {
    /** How long an epoch lasts, in nanoseconds: the whitepaper's COOKIE_REFRESH_TIME. */
    public static final long LENGTH = 120_000_000_000L;

    private final FleetSecret secret;
    private final Prf prf;
    private volatile Known known = new Known(0, List.of());

    private record Known(long epoch, List<byte[]> secrets) {}

    public CookieEpochs(FleetSecret secret, Prf prf) {
        this.secret = secret;
        this.prf = prf;
    }

    /**
     * Three secrets of {@value Prf#SIZE} bytes, not to be changed: of the epoch at hand, under which cookies are made, of the
     * one before and of the one after.
     *
     * @param unixNanos the wall clock
     */
    public List<byte[]> secrets(long unixNanos) {
        long now = Math.floorDiv(unixNanos, LENGTH);
        Known current = known;
        if (now != current.epoch() || current.secrets().isEmpty()) {
            current = new Known(now, List.of(secret(now), secret(now - 1), secret(now + 1)));
            known = current;
        }
        return current.secrets();
    }

    /** A day is a whole number of epochs, so each has one secret of the fleet. */
    private byte[] secret(long of) {
        return secret.derive(FleetSecret.Purpose.COOKIE, FleetSecret.day(of * LENGTH), of, prf);
    }

    /** Zeroes the secrets at hand. */
    @Override
    public void close() {
        known.secrets().forEach(one -> Arrays.fill(one, (byte) 0));
        known = new Known(0, List.of());
    }
}
