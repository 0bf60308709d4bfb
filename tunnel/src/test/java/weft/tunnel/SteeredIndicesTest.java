package weft.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import weft.wireguard.AllowedIps;
import weft.wireguard.PublicKey;

/** The indices of one client id of a fleet: 64 random ones. */
class SteeredIndicesTest {
    private static final int SHARDS = 8;

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);
    private final int[] slots = random.ints(64).distinct().toArray();
    private final Peers peers = new Peers(new AllowedIps<>(), SHARDS);
    private final SteeredIndices indices =
            new SteeredIndices(peer -> slots[random.nextInt(slots.length)], SHARDS, peers);

    private static PublicKey key(int number) {
        byte[] bytes = new byte[32];
        bytes[3] = (byte) number;
        return new PublicKey(bytes);
    }

    @Test
    void peersAreSpreadEvenlyAndAShardThatLosesOneGetsTheNext() {
        List<Integer> shards = new ArrayList<>();
        for (int i = 0; i < 2 * SHARDS; i++) {
            shards.add(peers.put(key(i), List.of()).shard());
        }
        for (int shard = 0; shard < SHARDS; shard++) {
            assertThat(Collections.frequency(shards, shard)).isEqualTo(2);
        }
        peers.remove(key(5));
        assertThat(peers.put(key(99), List.of()).shard()).isEqualTo(shards.get(5));
    }

    /** As the handshakes draw one. */
    private OptionalInt draw(PublicKey peer, Set<Integer> taken) {
        return IntStream.range(0, 1_000)
                .map(attempt -> indices.candidate(peer, attempt))
                .filter(index -> !taken.contains(index))
                .findFirst();
    }

    @Test
    void thoseThatLeadToThePeersShardAreTakenFirstAndThenTheOthers() {
        int shard = peers.put(key(1), List.of()).shard();
        long leading = leading(shard);
        Set<Integer> drawn = new LinkedHashSet<>();
        while (drawn.size() < slots.length) {
            drawn.add(draw(key(1), drawn).orElseThrow(() -> new AssertionError("seed " + seed + ": none found")));
        }
        assertThat(drawn.stream()
                        .limit(leading)
                        .filter(index -> Steering.shard(index, SHARDS) == shard)
                        .count())
                .as("seed %d", seed)
                .isGreaterThanOrEqualTo(leading - 1);
        assertThat(draw(key(1), drawn)).isEmpty();
    }

    /** Such as those of sessions that are not made yet, or that another edge has given out: no opener has them. */
    @Test
    void whereAllThatLeadThereAreTakenAnotherIsFound() {
        int shard = peers.put(key(1), List.of()).shard();
        Set<Integer> taken = new HashSet<>();
        for (int slot : slots) {
            if (Steering.shard(slot, SHARDS) == shard) {
                taken.add(slot);
            }
        }
        for (int i = 0; i < 100; i++) {
            assertThat(draw(key(1), taken)).as("seed %d", seed).isPresent();
        }
    }

    private long leading(int shard) {
        long count = 0;
        for (int slot : slots) {
            count += Steering.shard(slot, SHARDS) == shard ? 1 : 0;
        }
        return count;
    }
}
