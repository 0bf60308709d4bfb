package weft.wireguard;

import java.util.List;

/**
 * The secrets behind our cookies (whitepaper, 5.4.7). Edges that share them accept each other's cookies: a device proves
 * its address once, whichever edge its datagrams reach.
 */
@FunctionalInterface
public interface CookieKeys {
    /**
     * One secret or more of 32 bytes each, not to be changed. Cookies are made under the first and accepted under each;
     * a device uses one for {@link Spec#COOKIE_REFRESH_TIME}. Called for every handshake message under load.
     *
     * @param nowNanos of the monotonic clock that {@link Handshakes} is called with
     * @param unixNanos the wall clock, see {@link Fresh#unixNanos}
     */
    List<byte[]> secrets(long nowNanos, long unixNanos);
}
