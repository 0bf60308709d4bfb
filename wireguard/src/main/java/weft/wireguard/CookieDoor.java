package weft.wireguard;

/**
 * The way through a {@link HandshakeGate} for who proves its source by a cookie of ours. A mac2 costs nothing to make up, so
 * looking at one has a budget much wider than that of passing. One thread's.
 */
final class CookieDoor {
    private final Mac2Check mac2;
    private final CookieKeys keys;
    private final Fresh fresh;
    private final Budget checks;
    private final Budget proven;

    CookieDoor(Hash hash, CookieKeys keys, Fresh fresh, int threads) {
        mac2 = new Mac2Check(hash);
        this.keys = keys;
        this.fresh = fresh;
        checks = Budget.part(threads, Tuning.GATE_CHECK_BURST, Tuning.GATE_CHECK_INTERVAL);
        proven = Budget.part(threads, Tuning.GATE_BURST, Tuning.GATE_INTERVAL);
    }

    boolean isOpenFor(HandshakeDatagram it) {
        return it.hasMac2()
                && checks.take(it.now)
                && mac2.isValid(it, keys.secrets(it.now, fresh.unixNanos()))
                && proven.take(it.now);
    }
}
