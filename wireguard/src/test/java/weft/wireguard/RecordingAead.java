package weft.wireguard;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** An AEAD that fails if a nonce is used twice with one key, by whomever, and knows which keys are open. */
final class RecordingAead implements Aead {
    private record Nonce(PublicKey key, long counter) {}

    private final Aead real = new JdkAead();
    private final Set<Nonce> used = new HashSet<>();
    private int open;

    /** The very arrays that keys were made from. */
    final List<byte[]> secrets = new ArrayList<>();

    int openKeys() {
        return open;
    }

    int sealed() {
        return used.size();
    }

    @Override
    public String name() {
        return "recording";
    }

    @Override
    public Key key(byte[] secret) {
        secrets.add(secret);
        open++;
        // Any 32 bytes with equals will do for a name.
        return new RecordedKey(new PublicKey(secret), real.key(secret));
    }

    private final class RecordedKey implements Key {
        private final PublicKey name;
        private final Key key;
        private boolean closed;

        RecordedKey(PublicKey name, Key key) {
            this.name = name;
            this.key = key;
        }

        @Override
        public void seal(long counter, MemorySegment in, long at, int length, MemorySegment out, long outAt) {
            assertThat(closed).as("sealing under a closed key").isFalse();
            assertThat(used.add(new Nonce(name, counter)))
                    .as("first use of nonce %d", counter)
                    .isTrue();
            key.seal(counter, in, at, length, out, outAt);
        }

        @Override
        public boolean open(long counter, MemorySegment in, long at, int length, MemorySegment out, long outAt) {
            assertThat(closed).as("opening under a closed key").isFalse();
            return key.open(counter, in, at, length, out, outAt);
        }

        @Override
        public void close() {
            assertThat(closed).as("closed once").isFalse();
            closed = true;
            open--;
            key.close();
        }
    }
}
