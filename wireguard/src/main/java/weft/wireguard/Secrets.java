package weft.wireguard;

import java.util.Base64;

/** What the key types share. */
final class Secrets {
    private static final int BASE64_SIZE = 44;

    private Secrets() {}

    /** 32 bytes of it, which the caller zeroes. */
    static byte[] random(Fresh fresh) {
        byte[] secret = new byte[Spec.KEY_SIZE];
        fresh.random(secret);
        return secret;
    }

    static byte[] copy(byte[] bytes, String what) {
        if (bytes.length != Spec.KEY_SIZE) {
            throw new IllegalArgumentException(what + " has 32 bytes, not " + bytes.length);
        }
        return bytes.clone();
    }

    static byte[] decode(String base64, String what) {
        String text = base64.strip();
        try {
            if (text.length() == BASE64_SIZE) {
                return Base64.getDecoder().decode(text);
            }
        } catch (IllegalArgumentException malformed) {
            // Said below: the text may be a secret, and neither it nor a part of it goes into a message.
        }
        throw new IllegalArgumentException(what + " is 44 characters of base64");
    }

    static boolean isZero(byte[] bytes) {
        int or = 0;
        for (byte b : bytes) {
            or |= b;
        }
        return or == 0;
    }
}
