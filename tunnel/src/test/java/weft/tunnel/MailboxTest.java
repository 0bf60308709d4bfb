package weft.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class MailboxTest {
    private final AtomicInteger wakes = new AtomicInteger();
    private final Mailbox<Integer> box = new Mailbox<>(2, wakes::incrementAndGet);

    @Test
    void commandsComeOutInOrder() {
        box.put(1);
        box.put(2);
        assertThat(box.isEmpty()).isFalse();
        assertThat(box.poll()).isEqualTo(1);
        assertThat(box.poll()).isEqualTo(2);
        assertThat(box.poll()).isNull();
        assertThat(box.isEmpty()).isTrue();
    }

    @Test
    void aFullBoxRefusesOffersButNeverPuts() {
        assertThat(box.offer(1)).isTrue();
        assertThat(box.offer(2)).isTrue();
        assertThat(box.offer(3)).isFalse();
        box.put(4);
        assertThat(List.of(box.poll(), box.poll(), box.poll())).containsExactly(1, 2, 4);
    }

    @Test
    void onlyTheFirstCommandOfAnEmptyBoxWakes() {
        box.put(1);
        box.put(2);
        assertThat(wakes).hasValue(1);
        box.poll();
        box.poll();
        box.put(3);
        assertThat(wakes).hasValue(2);
    }

    @Test
    void nothingOfManyProducersIsLostAndTheSleeperIsAlwaysWoken() throws InterruptedException {
        Thread consumer = Thread.currentThread();
        Mailbox<Integer> shared = new Mailbox<>(Integer.MAX_VALUE, () -> LockSupport.unpark(consumer));
        int producers = 4;
        int each = 50_000;
        List<Thread> threads = new ArrayList<>();
        for (int p = 0; p < producers; p++) {
            int first = p * each;
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < each; i++) {
                    shared.put(first + i);
                }
            }));
        }
        int[] next = new int[producers];
        for (int taken = 0; taken < producers * each; ) {
            Integer command = shared.poll();
            if (command == null) {
                // As the control agent sleeps: for ever, were a wake lost.
                if (shared.isEmpty()) {
                    LockSupport.park(this);
                }
            } else {
                assertThat(command % each).isEqualTo(next[command / each]++);
                taken++;
            }
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
