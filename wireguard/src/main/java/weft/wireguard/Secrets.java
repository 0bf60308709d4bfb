package weft.wireguard;

import java.util.Base64;

/** What the key types share. */
final class Secrets {
    private Secrets() {}

    static byte[] copy(byte[] bytes, String what) {
        if (bytes.length != Spec.KEY_SIZE) {
            throw new IllegalArgumentException(what + " has 32 bytes, not " + bytes.length);
        }
        return bytes.clone();
    }

    static byte[] decode(String base64, String what) {
        try {
            return Base64.getDecoder().decode(base64.strip());
        } catch (IllegalArgumentException malformed) {
            // The text may be a secret: it does not go into the message.
            throw new IllegalArgumentException(what + " is 44 characters of base64", malformed);
        }
    }

    static boolean isZero(byte[] bytes) {
        int or = 0;
        for (byte b : bytes) {
            or |= b;
        }
        return or == 0;
    }
}
