package weft.e2e;

import java.lang.foreign.MemorySegment;
import weft.wireguard.Aead;

/** Another AEAD, and a note of each key and nonce that it seals by, before it does. */
record RecordingAead(Aead aead, NonceLog log) implements Aead {
    @Override
    public String name() {
        return aead.name();
    }

    @Override
    public Aead.Key key(byte[] secret) {
        return new Key(aead.key(secret), NonceLog.hash(secret), log);
    }

    private record Key(Aead.Key key, long hash, NonceLog log) implements Aead.Key {
        @Override
        public void seal(long counter, MemorySegment in, long at, int length, MemorySegment out, long outAt) {
            log.add(hash, counter);
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
}
