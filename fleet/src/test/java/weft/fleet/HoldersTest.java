package weft.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HoldersTest {
    private final Holders holders = new Holders();

    @Test
    void itAnswersLikeAMapWhateverComesAndGoes() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Map<Integer, Integer> expected = new HashMap<>();
        for (int i = 0; i < 200_000; i++) {
            int id = 1 + random.nextInt(5_000);
            int holder = random.nextInt(3) == 0 ? Holders.NOBODY : 1 + random.nextInt(10);
            holders.put(id, holder);
            if (holder == Holders.NOBODY) {
                expected.remove(id);
            } else {
                expected.put(id, holder);
            }
        }
        for (int id = 1; id <= 5_000; id++) {
            assertThat(holders.get(id)).as("seed %d", seed).isEqualTo(expected.getOrDefault(id, Holders.NOBODY));
        }
        assertThat(holders.size()).isEqualTo(expected.size());
    }

    @Test
    void aReaderMissesNothingThatStaysWhileOthersComeAndGo() throws Exception {
        holders.put(77, 7);
        Thread reader = Thread.ofPlatform().unstarted(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                if (holders.get(77) != 7) {
                    throw new IllegalStateException("77 is gone");
                }
            }
        });
        Throwable[] failure = new Throwable[1];
        reader.setUncaughtExceptionHandler((thread, cause) -> failure[0] = cause);
        reader.start();
        for (int round = 0; round < 20; round++) {
            for (int id = 1_000; id < 20_000; id++) {
                holders.put(id, 1);
            }
            for (int id = 1_000; id < 20_000; id++) {
                holders.put(id, Holders.NOBODY);
            }
        }
        reader.interrupt();
        reader.join();
        assertThat(failure[0]).isNull();
    }

    @Test
    void negativeNumbersAreNumbersToo() {
        holders.put(0xffffff, -5);
        assertThat(holders.get(0xffffff)).isEqualTo(-5);
        assertThat(holders.get(1)).isEqualTo(Holders.NOBODY);
    }
}
