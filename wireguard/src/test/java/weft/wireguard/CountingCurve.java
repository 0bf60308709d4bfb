package weft.wireguard;

/** Knows how often it was asked for what costs. */
final class CountingCurve implements Curve {
    private final Curve real;
    int agreements;

    CountingCurve(Curve real) {
        this.real = real;
    }

    @Override
    public String name() {
        return "counting";
    }

    @Override
    public byte[] publicKey(byte[] privateKey) {
        return real.publicKey(privateKey);
    }

    @Override
    public boolean agree(byte[] privateKey, byte[] publicKey, byte[] shared) {
        agreements++;
        return real.agree(privateKey, publicKey, shared);
    }
}
