package weft.wireguard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The control agent closes a session in the middle of a packet: the datagram is taken back, and nothing else happens. */
class ClosedWhileSealingTest {
    private static final MemorySegment PACKET = MemorySegment.ofArray(new byte[16]);
    private static final MemorySegment WIRE = MemorySegment.ofArray(new byte[48]);

    @ParameterizedTest(name = "the key says so itself: {0}")
    @ValueSource(booleans = {false, true})
    void theDatagramIsTakenBack(boolean keyThrows) {
        Interrupted key = new Interrupted(keyThrows);
        Sealer sealer = new Sealer(key, 1, 0, true, 0, 0, new Traffic());
        key.during = sealer::close;
        assertThat(sealer.seal(PACKET, 0, 16, WIRE, 0, 1)).isEqualTo(Sealer.SPENT);
        assertThat(sealer.seal(PACKET, 0, 16, WIRE, 0, 2)).isEqualTo(Sealer.SPENT);
    }

    @Test
    void aKeyThatFailsForAnotherReasonIsNotCalledClosed() {
        Sealer sealer = new Sealer(new Interrupted(true), 1, 0, true, 0, 0, new Traffic());
        assertThatThrownBy(() -> sealer.seal(PACKET, 0, 16, WIRE, 0, 1)).isInstanceOf(IllegalStateException.class);
    }

    /** A key during whose work something else happens. */
    private static final class Interrupted implements Aead.Key {
        private final boolean throwing;
        private Runnable during = () -> {};

        Interrupted(boolean throwing) {
            this.throwing = throwing;
        }

        @Override
        public void seal(long counter, MemorySegment in, long at, int length, MemorySegment out, long outAt) {
            during.run();
            if (throwing) {
                throw new IllegalStateException("closed");
            }
        }

        @Override
        public boolean open(long counter, MemorySegment in, long at, int length, MemorySegment out, long outAt) {
            return false;
        }

        @Override
        public void close() {}
    }
}
