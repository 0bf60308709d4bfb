package weft.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import weft.wireguard.Opener;
import weft.wireguard.PublicKey;

@Timeout(60)
class OpenerTableTest {
    private final Opener opener = TestOpener.make();
    private final OpenerTable table = new OpenerTable();

    private static Link link() {
        return new Link(new PublicKey(new byte[32]), 0);
    }

    @Test
    void itDoesWhatAMapDoes() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Map<Integer, Link> model = new HashMap<>();
        for (int step = 0; step < 200_000; step++) {
            int index = random.nextInt(2000) * 0x10001;
            if (model.remove(index) == null && random.nextInt(3) > 0) {
                Link link = link();
                model.put(index, link);
                table.put(index, opener, link);
            } else {
                table.remove(index);
            }
            int other = random.nextInt(2000) * 0x10001;
            OpenerTable.Entry entry = table.get(other);
            assertThat(entry == null ? null : entry.link())
                    .as("seed %d, step %d", seed, step)
                    .isSameAs(model.get(other));
            assertThat(table.size()).isEqualTo(model.size());
        }
    }

    @Test
    void aReaderAlwaysFindsWhatStaysWhileOthersComeAndGo() throws InterruptedException {
        List<Link> staying = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            staying.add(link());
            table.put(i, opener, staying.get(i));
        }
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger missed = new AtomicInteger();
        Thread reader = Thread.ofPlatform().start(() -> {
            for (int i = 0; !done.get(); i = (i + 1) % 100) {
                OpenerTable.Entry entry = table.get(i);
                if (entry == null || entry.link() != staying.get(i)) {
                    missed.incrementAndGet();
                }
            }
        });
        Random random = new Random(1);
        for (int round = 0; round < 200; round++) {
            int count = random.nextInt(1000);
            for (int i = 0; i < count; i++) {
                table.put(1000 + i, opener, staying.getFirst());
            }
            for (int i = 0; i < count; i++) {
                table.remove(1000 + i);
            }
        }
        done.set(true);
        reader.join();
        assertThat(missed).hasValue(0);
        assertThat(table.size()).isEqualTo(100);
    }
}
