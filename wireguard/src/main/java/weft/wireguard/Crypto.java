package weft.wireguard;

/** The primitives that the protocol runs on. */
public record Crypto(Aead aead, Curve curve, Hash hash) {
    /** On the JDK alone, without native access. */
    public static Crypto jdk() {
        return new Crypto(new JdkAead(), new JdkCurve(), new Blake2s());
    }
}
