package weft.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import weft.api.DeviceChange;
import weft.api.DeviceChanges;
import weft.registry.Journal.Entry;
import weft.registry.Journal.Page;

/** What pollers are told of a journal that goes on, has a gap, or is not the one that it was. */
class ChangesTest {
    private static final DeviceChange EVERYTHING = new DeviceChange.Everything();
    private static final DeviceChange CHANGE = new DeviceChange.Changed(TestRegistry.newKey(), 1);

    private final Changes changes = new Changes();

    private static Page page(String run, long first, long last) {
        List<Entry> entries = LongStream.rangeClosed(first, last)
                .mapToObj(number -> new Entry(number, CHANGE))
                .toList();
        return new Page(run, last, entries);
    }

    private List<DeviceChange> since(String run, long number) throws InterruptedException {
        return changes.since(run, number, Duration.ZERO).changes();
    }

    @Test
    void aPollerHearsWhatItHasNotHeardYet() throws InterruptedException {
        changes.load(page("run", 1, 0));
        assertThat(changes.append(page("run", 1, 4096))).isTrue();
        assertThat(since("run", 0)).hasSize(4096);
        assertThat(since("run", 4095)).hasSize(1);
        assertThat(since("run", 4096)).isEmpty();
    }

    @Test
    void whoFallsBehindWhatIsKeptIsToldThatEverythingMayHaveChanged() throws InterruptedException {
        changes.load(page("run", 1, 4096));
        assertThat(changes.append(page("run", 4096, 4097))).isTrue();
        assertThat(since("run", 0)).containsExactly(EVERYTHING);
        assertThat(since("run", 1)).hasSize(4096);
        assertThat(since("run", 5000)).containsExactly(EVERYTHING);
        assertThat(since("another", 4097)).containsExactly(EVERYTHING);
        assertThat(since("", 0)).containsExactly(EVERYTHING);
    }

    /** What was read just before is part of the next page, which makes it a sequel or not. */
    @Test
    void onlyASequelIsAppended() throws InterruptedException {
        assertThat(changes.append(page("", 1, 0)))
                .as("before anything is known")
                .isFalse();
        changes.load(page("run", 1, 10));
        assertThat(changes.append(page("run", 10, 10))).as("nothing new").isTrue();
        assertThat(changes.append(page("another", 10, 11))).as("another run").isFalse();
        assertThat(changes.append(page("run", 10, 9)))
                .as("a past with fewer changes")
                .isFalse();
        assertThat(changes.append(page("run", 12, 20))).as("a gap").isFalse();
        List<Entry> other = new ArrayList<>();
        other.add(new Entry(10, new DeviceChange.Deleted(TestRegistry.newKey(), 1)));
        other.add(new Entry(11, CHANGE));
        assertThat(changes.append(new Page("run", 11, other)))
                .as("another past")
                .isFalse();
        assertThat(since("run", 10)).isEmpty();
        assertThat(changes.append(page("run", 10, 12))).isTrue();
        assertThat(since("run", 10)).hasSize(2);
    }

    /** What a poller is told that waits while something happens. */
    private DeviceChanges told(long number, Runnable meanwhile) throws InterruptedException {
        List<DeviceChanges> told = new ArrayList<>();
        Thread waiting = Thread.ofVirtual().start(() -> {
            try {
                told.add(changes.since("run", number, Duration.ofSeconds(20)));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        while (waiting.getState() != Thread.State.TIMED_WAITING) {
            Thread.sleep(1);
        }
        meanwhile.run();
        assertThat(waiting.join(Duration.ofSeconds(10))).isTrue();
        return told.getFirst();
    }

    @Test
    void aNewRunIsToldToWhoWaitsInTheOldOne() throws InterruptedException {
        changes.load(page("run", 1, 10));
        assertThat(told(10, () -> changes.load(page("another", 1, 3))))
                .isEqualTo(new DeviceChanges("another", 3, List.of(EVERYTHING)));
    }

    /** It polled another registry just before, which had read the journal earlier. */
    @Test
    void aPollerThatIsAheadIsWaitedForButNotForLong() throws InterruptedException {
        changes.load(page("run", 1, 10));
        assertThat(told(11, () -> changes.append(page("run", 10, 12))))
                .isEqualTo(new DeviceChanges("run", 12, List.of(CHANGE)));
        assertThat(told(13, () -> {})).isEqualTo(new DeviceChanges("run", 12, List.of(EVERYTHING)));
    }
}
