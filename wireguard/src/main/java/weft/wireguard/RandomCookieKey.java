package weft.wireguard;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** A secret of our own, another one every two minutes: for a machine that shares its cookies with nobody. From any thread. */
final class RandomCookieKey implements CookieKeys {
    private record Known(List<byte[]> secrets, long since) {}

    private final Fresh fresh;
    private final AtomicReference<Known> known = new AtomicReference<>(new Known(List.of(), Traffic.NEVER));

    RandomCookieKey(Fresh fresh) {
        this.fresh = fresh;
    }

    @Override
    public List<byte[]> secrets(long nowNanos, long unixNanos) {
        Known current = known.get();
        if (nowNanos - current.since() < Spec.COOKIE_REFRESH_TIME) {
            return current.secrets();
        }
        // Of two threads that find it too old, the second takes the first one's.
        known.compareAndSet(current, new Known(List.of(Secrets.random(fresh)), nowNanos));
        return known.get().secrets();
    }
}
