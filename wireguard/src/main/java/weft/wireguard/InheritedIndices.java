package weft.wireguard;

import java.util.List;
import java.util.stream.Stream;

/**
 * The receiver indices that a peer got from another edge, which has been taken over: no other peer shall get them while
 * datagrams with them may come, which is as long as a session lasts.
 */
final class InheritedIndices {
    private record Held(int index, long until) {}

    /** The newest first. Most peers have none. */
    private List<Held> held = List.of();

    /** Takes those that nobody has, and of too many the first. */
    void take(List<Integer> offered, Peer owner, Indices indices, long now) {
        List<Held> taken = offered.stream()
                .limit(Tuning.INHERITED_INDICES)
                .filter(index -> indices.owner(index) == null)
                .map(index -> new Held(index, now + Spec.REJECT_AFTER_TIME))
                .toList();
        taken.forEach(one -> indices.put(one.index(), owner));
        List<Held> all = Stream.concat(taken.stream(), held.stream()).toList();
        held = all.stream().limit(Tuning.INHERITED_INDICES).toList();
        giveBack(all.subList(held.size(), all.size()), indices);
    }

    void giveBackOver(long now, Indices indices) {
        if (firstEnd() <= now) {
            giveBack(held.stream().filter(one -> one.until() <= now).toList(), indices);
            held = held.stream().filter(one -> one.until() > now).toList();
        }
    }

    void giveBackAll(Indices indices) {
        giveBack(held, indices);
        held = List.of();
    }

    private static void giveBack(List<Held> ended, Indices indices) {
        ended.forEach(one -> indices.remove(one.index()));
    }

    List<Integer> all() {
        return held.stream().map(Held::index).toList();
    }

    /** {@link Long#MAX_VALUE} if there are none. */
    long firstEnd() {
        return held.isEmpty() ? Long.MAX_VALUE : held.getLast().until();
    }
}
