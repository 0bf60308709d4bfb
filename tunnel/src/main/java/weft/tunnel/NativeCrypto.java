package weft.tunnel;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import weft.netio.NativeAead;
import weft.netio.NativeX25519;
import weft.wireguard.Aead;
import weft.wireguard.Crypto;
import weft.wireguard.Curve;

/** Binds netio's native primitives to the protocol's interfaces. */
public final class NativeCrypto {
    private NativeCrypto() {}

    /** The fastest native primitives that load and pass their vectors; the JDK's where there are none. */
    public static Crypto best() {
        Crypto portable = Crypto.jdk();
        List<NativeAead> aeads = NativeAead.available();
        Optional<NativeX25519> curve = NativeX25519.load();
        return new Crypto(
                aeads.isEmpty() ? portable.aead() : new BoundAead(aeads.getFirst()),
                curve.<Curve>map(BoundCurve::new).orElse(portable.curve()),
                portable.hash());
    }

    private record BoundAead(NativeAead library) implements Aead {
        @Override
        public String name() {
            return library.name();
        }

        @Override
        public Key key(byte[] secret) {
            NativeAead.Key key = library.key(secret);
            return new BoundKey(key);
        }
    }

    private record BoundKey(NativeAead.Key key) implements Aead.Key {
        @Override
        public void seal(long counter, MemorySegment in, long at, int length, MemorySegment out, long outAt) {
            key.seal(counter, in, at, length, out, outAt);
        }

        @Override
        public boolean open(long counter, MemorySegment in, long at, int length, MemorySegment out, long outAt) {
            return key.open(counter, in, at, length, out, outAt);
        }

        @Override
        public void close() {
            key.close();
        }
    }

    private record BoundCurve(NativeX25519 library) implements Curve {
        @Override
        public String name() {
            return "libcrypto";
        }

        @Override
        public byte[] publicKey(byte[] privateKey) {
            byte[] key = new byte[32];
            library.publicKey(privateKey, key);
            return key;
        }

        @Override
        public boolean agree(byte[] privateKey, byte[] publicKey, byte[] shared) {
            return library.agree(privateKey, publicKey, shared);
        }
    }
}
