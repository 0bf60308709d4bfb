package weft.wireguard;

/** Our own static key, with what is derived from it once. */
final class Identity implements AutoCloseable {
    private final PrivateKey privateKey;
    private final PublicKey publicKey;
    private final byte[] mac1Key;
    private final byte[] cookieKey;

    Identity(PrivateKey privateKey, Crypto crypto, Kdf kdf) {
        this.privateKey = new PrivateKey(privateKey.raw());
        publicKey = privateKey.publicKey(crypto.curve());
        mac1Key = mac1Key(kdf, publicKey);
        cookieKey = cookieKey(kdf, publicKey);
    }

    /** Under which messages to the owner of this key carry mac1. */
    static byte[] mac1Key(Kdf kdf, PublicKey receiver) {
        return kdf.hash(Noise.ascii("mac1----"), receiver.raw());
    }

    /** Under which the owner of this key seals cookies. */
    static byte[] cookieKey(Kdf kdf, PublicKey sealer) {
        return kdf.hash(Noise.ascii("cookie--"), sealer.raw());
    }

    byte[] privateKey() {
        return privateKey.raw();
    }

    PublicKey publicKey() {
        return publicKey;
    }

    byte[] mac1Key() {
        return mac1Key;
    }

    byte[] cookieKey() {
        return cookieKey;
    }

    @Override
    public void close() {
        privateKey.close();
    }
}
