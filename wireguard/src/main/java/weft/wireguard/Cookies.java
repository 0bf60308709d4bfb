package weft.wireguard;

import java.security.MessageDigest;

/**
 * Our side of the cookies: one for each source, made from a secret (whitepaper, 5.4.7). So an address is proven without a
 * state for it.
 */
final class Cookies {
    private final Kdf kdf;
    private final Fresh fresh;
    private final CookieKeys keys;

    Cookies(Kdf kdf, Fresh fresh, CookieKeys keys) {
        this.kdf = kdf;
        this.fresh = fresh;
        this.keys = keys;
    }

    boolean isMac2Valid(byte[] message, Endpoint from, long now) {
        int mac2At = message.length - Spec.MAC_SIZE;
        byte[] mac2 = Message.part(message, mac2At, Spec.MAC_SIZE);
        if (Secrets.isZero(mac2)) {
            return false;
        }
        for (byte[] secret : keys.secrets(now, fresh.unixNanos())) {
            if (MessageDigest.isEqual(kdf.mac(cookie(secret, from), message, mac2At), mac2)) {
                return true;
            }
        }
        return false;
    }

    /** A cookie reply to a message with a valid mac1. */
    byte[] reply(Identity identity, byte[] message, Endpoint from, long now) {
        byte[] secret = keys.secrets(now, fresh.unixNanos()).getFirst();
        byte[] reply = Message.ofType(Spec.COOKIE_REPLY, Spec.COOKIE_REPLY_SIZE);
        byte[] nonce = new byte[Spec.COOKIE_NONCE_SIZE];
        fresh.random(nonce);
        Message.index(reply, Message.COOKIE_RECEIVER, Message.index(message, Message.SENDER));
        Message.put(reply, Message.COOKIE_NONCE, nonce);
        Message.put(reply, Message.COOKIE_SEALED, cookie(secret, from));
        byte[] mac1 = Message.part(message, message.length - 2 * Spec.MAC_SIZE, Spec.MAC_SIZE);
        XChaChaPoly.seal(identity.cookieKey(), nonce, mac1, reply, Message.COOKIE_SEALED, Spec.COOKIE_SIZE);
        return reply;
    }

    private byte[] cookie(byte[] secret, Endpoint from) {
        byte[] source = from.bytes();
        return kdf.mac(secret, source, source.length);
    }
}
