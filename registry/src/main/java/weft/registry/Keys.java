package weft.registry;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPublicKeySpec;
import javax.crypto.KeyAgreement;
import weft.api.DeviceKey;
import weft.api.Problem;

/** Says which public keys a device may have. */
final class Keys {
    private static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));
    private static final KeyPair PROBE = probe();

    private Keys() {}

    /** @throws Refusal unless it is the base64 of a canonical X25519 public key that is not of low order */
    static DeviceKey parse(String base64) {
        DeviceKey key;
        try {
            key = DeviceKey.parse(base64);
        } catch (IllegalArgumentException e) {
            throw new Refusal(Problem.BAD_KEY, "\"key\" is not a WireGuard public key, 32 bytes in base64");
        }
        BigInteger u = new BigInteger(1, reversed(key.bytes()));
        if (u.compareTo(P) >= 0) {
            throw new Refusal(Problem.BAD_KEY, "\"key\" is not below 2^255 - 19, as a public key is");
        }
        try {
            // RFC 7748, section 6.1: a point of low order gives zero with every private key, which the JDK refuses.
            KeyAgreement agreement = KeyAgreement.getInstance("X25519");
            agreement.init(PROBE.getPrivate());
            agreement.doPhase(publicKey(u), true);
            agreement.generateSecret();
            return key;
        } catch (InvalidKeyException | IllegalStateException e) {
            throw new Refusal(Problem.BAD_KEY, "\"key\" is a point of low order: no secret can be agreed with it");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static PublicKey publicKey(BigInteger u) throws GeneralSecurityException {
        return KeyFactory.getInstance("X25519").generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, u));
    }

    private static KeyPair probe() {
        try {
            return KeyPairGenerator.getInstance("X25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] reversed(byte[] littleEndian) {
        byte[] bigEndian = new byte[littleEndian.length];
        for (int i = 0; i < littleEndian.length; i++) {
            bigEndian[i] = littleEndian[littleEndian.length - 1 - i];
        }
        return bigEndian;
    }
}
