package weft.wireguard;

import java.util.List;

/** A secret of our own, another one every two minutes: for a machine that shares its cookies with nobody. */
final class RandomCookieKey implements CookieKeys {
    private final Fresh fresh;
    private byte[] secret = {};
    private long since = Traffic.NEVER;

    RandomCookieKey(Fresh fresh) {
        this.fresh = fresh;
    }

    @Override
    public List<byte[]> secrets(long nowNanos, long unixNanos) {
        if (nowNanos - since >= Spec.COOKIE_REFRESH_TIME) {
            secret = Secrets.random(fresh);
            since = nowNanos;
        }
        return List.of(secret);
    }
}
