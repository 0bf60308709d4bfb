package weft.wireguard;

import java.security.MessageDigest;

/**
 * Our side of the cookies: a secret that changes every two minutes, and a cookie for each source made from it (whitepaper,
 * 5.4.7). So an address is proven without a state for it.
 */
final class CookieSecret {
    private final Kdf kdf;
    private final Fresh fresh;
    private final byte[] secret = new byte[Spec.HASH_SIZE];
    private long since = Traffic.NEVER;

    CookieSecret(Kdf kdf, Fresh fresh) {
        this.kdf = kdf;
        this.fresh = fresh;
    }

    boolean isMac2Valid(byte[] message, Endpoint from, long now) {
        int mac2At = message.length - Spec.MAC_SIZE;
        byte[] expected = kdf.mac(cookie(from, now), message, mac2At);
        return MessageDigest.isEqual(expected, Message.part(message, mac2At, Spec.MAC_SIZE));
    }

    /** A cookie reply to a message with a valid mac1. */
    byte[] reply(Identity identity, byte[] message, Endpoint from, long now) {
        byte[] reply = Message.ofType(Spec.COOKIE_REPLY, Spec.COOKIE_REPLY_SIZE);
        byte[] nonce = new byte[Spec.COOKIE_NONCE_SIZE];
        fresh.random(nonce);
        Message.index(reply, Message.COOKIE_RECEIVER, Message.index(message, Message.SENDER));
        Message.put(reply, Message.COOKIE_NONCE, nonce);
        Message.put(reply, Message.COOKIE_SEALED, cookie(from, now));
        byte[] mac1 = Message.part(message, message.length - 2 * Spec.MAC_SIZE, Spec.MAC_SIZE);
        XChaChaPoly.seal(identity.cookieKey(), nonce, mac1, reply, Message.COOKIE_SEALED, Spec.COOKIE_SIZE);
        return reply;
    }

    private byte[] cookie(Endpoint from, long now) {
        if (now - since >= Spec.COOKIE_REFRESH_TIME) {
            fresh.random(secret);
            since = now;
        }
        byte[] source = from.bytes();
        return kdf.mac(secret, source, source.length);
    }
}
