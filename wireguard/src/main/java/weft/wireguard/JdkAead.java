package weft.wireguard;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The portable AEAD: {@link ChaChaPoly} on a scratch array, since the JDK's cipher works on arrays. */
final class JdkAead implements Aead {
    private static final byte[] NO_ADDITIONAL_DATA = {};

    @Override
    public String name() {
        return "JDK ChaCha20 with Poly1305 in Java";
    }

    @Override
    public Key key(byte[] secret) {
        return new ArrayKey(secret);
    }

    private static final class ArrayKey implements Key {
        private final ChaChaPoly aead;
        private byte[] scratch = {};

        ArrayKey(byte[] secret) {
            aead = new ChaChaPoly(secret);
        }

        @Override
        public void seal(long counter, MemorySegment in, long at, int length, MemorySegment out, long outAt) {
            byte[] text = scratch(length + Spec.TAG_SIZE);
            MemorySegment.copy(in, ValueLayout.JAVA_BYTE, at, text, 0, length);
            aead.seal(counter, NO_ADDITIONAL_DATA, text, 0, length);
            MemorySegment.copy(text, 0, out, ValueLayout.JAVA_BYTE, outAt, length + Spec.TAG_SIZE);
        }

        @Override
        public boolean open(long counter, MemorySegment in, long at, int length, MemorySegment out, long outAt) {
            byte[] text = scratch(length);
            MemorySegment.copy(in, ValueLayout.JAVA_BYTE, at, text, 0, length);
            if (!aead.open(counter, NO_ADDITIONAL_DATA, text, 0, length)) {
                return false;
            }
            MemorySegment.copy(text, 0, out, ValueLayout.JAVA_BYTE, outAt, length - Spec.TAG_SIZE);
            return true;
        }

        private byte[] scratch(int length) {
            if (scratch.length < length) {
                scratch = new byte[length];
            }
            return scratch;
        }

        @Override
        public void close() {
            aead.erase();
        }
    }
}
