package weft.tunnel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** Packets that wait for a session. When there are too many the oldest goes, as it is the likeliest to be of no use. */
final class Staged {
    private final ArrayDeque<byte[]> packets = new ArrayDeque<>(0);

    /** @return false if an older packet had to go */
    boolean add(MemorySegment from, long at, int length) {
        boolean room = packets.size() < Tuning.STAGED_PACKETS;
        if (!room) {
            packets.removeFirst();
        }
        packets.addLast(from.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE));
        return room;
    }

    boolean isEmpty() {
        return packets.isEmpty();
    }

    byte @Nullable [] peek() {
        return packets.peekFirst();
    }

    void removeFirst() {
        packets.removeFirst();
    }

    int clear() {
        int dropped = packets.size();
        packets.clear();
        return dropped;
    }
}
