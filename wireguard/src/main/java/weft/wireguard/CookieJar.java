package weft.wireguard;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What we need to put MACs on handshake messages to one peer: its mac1 key, and the cookie it last gave us. */
final class CookieJar {
    private final Kdf kdf;
    private final byte[] mac1Key;
    private final byte[] cookieKey;
    private byte @Nullable [] lastMac1;
    private byte @Nullable [] cookie;
    private long cookieSince;

    CookieJar(Kdf kdf, PublicKey peer) {
        this.kdf = kdf;
        mac1Key = Identity.mac1Key(kdf, peer);
        cookieKey = Identity.cookieKey(kdf, peer);
    }

    /** Fills in the last 32 bytes of a message whose reserved bytes are zero (whitepaper, 5.4.4). */
    void putMacs(byte[] message, long now) {
        int mac1At = message.length - 2 * Spec.MAC_SIZE;
        byte[] mac1 = kdf.mac(mac1Key, message, mac1At);
        Message.put(message, mac1At, mac1);
        lastMac1 = mac1;
        if (cookie != null && now - cookieSince < Spec.COOKIE_REFRESH_TIME) {
            int mac2At = message.length - Spec.MAC_SIZE;
            Message.put(message, mac2At, kdf.mac(cookie, message, mac2At));
        }
    }

    /** Takes a cookie out of a reply to our last message; false if it is forged or uncalled for. */
    boolean receive(byte[] reply, long now) {
        if (lastMac1 == null) {
            return false;
        }
        byte[] nonce = Message.part(reply, Message.COOKIE_NONCE, Spec.COOKIE_NONCE_SIZE);
        byte[] sealed = Message.part(reply, Message.COOKIE_SEALED, Message.COOKIE_SEALED_SIZE);
        if (!XChaChaPoly.open(cookieKey, nonce, lastMac1, sealed, 0, sealed.length)) {
            return false;
        }
        cookie = Arrays.copyOf(sealed, Spec.COOKIE_SIZE);
        cookieSince = now;
        lastMac1 = null;
        return true;
    }
}
