package weft.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RingTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int DATAGRAMS = 300_000;
    private static final int PLACES = 1024;

    private final Ring ring = new Ring();
    private final MemorySegment buffer = Arena.ofAuto().allocate(65_536);
    private final Arrival put = new Arrival();
    private final Arrival taken = new Arrival();

    private boolean put(int number, int length) {
        buffer.set(ValueLayout.JAVA_INT_UNALIGNED, 3, number);
        put.set(buffer, 3, length, number % 2 == 0);
        put.path().set(1, number, 2, 3, 4);
        return ring.put(put);
    }

    private void take(int number, int length) {
        ring.peek(taken);
        assertThat(taken.buffer().get(ValueLayout.JAVA_INT_UNALIGNED, taken.at()))
                .isEqualTo(number);
        assertThat(taken.length()).isEqualTo(length);
        assertThat(taken.forwarded()).isEqualTo(number % 2 == 0);
        assertThat(taken.path().path().low()).isEqualTo(number);
        ring.release();
    }

    @Test
    void whatWasPutIsTakenInOrderUntilItIsFull() {
        assertThat(ring.isEmpty()).isTrue();
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < PLACES; i++) {
                assertThat(put(i, 100 + i)).isTrue();
            }
            assertThat(put(PLACES, 100)).isFalse();
            assertThat(ring.size()).isEqualTo(PLACES);
            for (int i = 0; i < PLACES; i++) {
                take(i, 100 + i);
            }
            assertThat(ring.isEmpty()).isTrue();
        }
    }

    @Test
    void oneThatIsLongerThanItsPlaceIsRefused() {
        assertThat(put(1, Ring.BYTES + 1)).isFalse();
        assertThat(ring.isEmpty()).isTrue();
        assertThat(put(2, Ring.BYTES)).isTrue();
        assertThat(put(3, 65_500)).isFalse();
        take(2, Ring.BYTES);
        assertThat(ring.isEmpty()).isTrue();
    }

    @Test
    void whereNoneWaitsThereIsNoneToSee() {
        assertThatThrownBy(() -> ring.peek(taken)).isInstanceOf(IllegalStateException.class);
        put(1, 100);
        take(1, 100);
        assertThatThrownBy(() -> ring.peek(taken)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void oneThreadPutsWhileAnotherTakes() throws InterruptedException {
        Thread putter = Thread.ofPlatform().start(() -> {
            for (int i = 0; i < DATAGRAMS; i++) {
                while (!put(i, 4 + i % 1_400)) {
                    Thread.onSpinWait();
                }
            }
        });
        for (int i = 0; i < DATAGRAMS; i++) {
            while (ring.isEmpty()) {
                Thread.onSpinWait();
            }
            take(i, 4 + i % 1_400);
        }
        putter.join();
    }

    @Test
    void nothingIsAllocatedForADatagram() {
        put(0, 1_400);
        take(0, 1_400);
        long thread = Thread.currentThread().threadId();
        long least = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 20 && least > 0; attempt++) {
            long before = THREADS.getThreadAllocatedBytes(thread);
            for (int i = 0; i < 50_000; i++) {
                put.set(buffer, 3, 1_400, false);
                if (ring.put(put)) {
                    ring.peek(taken);
                    ring.release();
                }
            }
            least = Math.min(least, THREADS.getThreadAllocatedBytes(thread) - before);
        }
        assertThat(least).isZero();
    }
}
