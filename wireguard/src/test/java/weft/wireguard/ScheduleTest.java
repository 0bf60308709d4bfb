package weft.wireguard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    private static Peer peer(int number) {
        byte[] key = new byte[32];
        key[0] = (byte) number;
        return new Peer(new Kdf(new Blake2s()), PeerConfig.of(new PublicKey(key)), new AtomicInteger());
    }

    @Test
    void aPeerIsTakenAtTheTimeThatWasSetLast() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Schedule schedule = new Schedule();
        Peer[] peers = new Peer[8];
        for (int i = 0; i < peers.length; i++) {
            peers[i] = peer(i);
        }
        Map<Integer, Long> model = new TreeMap<>();
        for (int round = 0; round < 20_000; round++) {
            int which = random.nextInt(peers.length);
            long time = random.nextInt(100);
            switch (random.nextInt(4)) {
                case 0 -> {
                    schedule.remove(peers[which]);
                    model.remove(which);
                }
                case 1 -> {
                    Peer taken = schedule.poll(time);
                    long first =
                            model.values().stream().mapToLong(at -> at).min().orElse(Long.MAX_VALUE);
                    assertThat(taken != null).as("seed %d", seed).isEqualTo(first <= time);
                    if (taken != null) {
                        int index = taken.key().bytes()[0];
                        assertThat(model.remove(index)).as("seed %d", seed).isEqualTo(first);
                    }
                }
                default -> {
                    schedule.set(peers[which], time);
                    model.put(which, time);
                }
            }
            assertThat(schedule.next())
                    .as("seed %d", seed)
                    .isEqualTo(model.values().stream().mapToLong(at -> at).min().orElse(Long.MAX_VALUE));
        }
    }
}
