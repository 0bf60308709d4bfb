package weft.tunnel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import weft.netio.UdpArrival;

/**
 * Datagrams on their way from one shard to another: one thread puts, one takes, neither waits or allocates, but for the first
 * datagram, which makes the places, and for one that is longer than any before at its place.
 *
 * <p>The taker sees what was put by the tail, which is stored after it; the putter knows by the head which places are free.
 */
final class Ring {
    private static final int PLACES = 1024;

    /** Most datagrams fit it. */
    private static final int BYTES = 2048;

    /** A datagram that was put. */
    private static final class Place {
        private final UdpArrival path = new UdpArrival();
        private MemorySegment buffer = Arena.ofAuto().allocate(BYTES);
        private int length;
        private boolean forwarded;

        void put(Arrival arrival) {
            length = arrival.length();
            if (length > buffer.byteSize()) {
                buffer = Arena.ofAuto().allocate(length);
            }
            MemorySegment.copy(arrival.buffer(), arrival.at(), buffer, 0, length);
            path.set(arrival.path());
            forwarded = arrival.forwarded();
        }

        void take(Arrival into) {
            into.set(buffer, 0, length, forwarded);
            into.path().set(path);
        }
    }

    private final AtomicInteger head = new AtomicInteger();
    private final AtomicInteger tail = new AtomicInteger();
    private Place @Nullable [] places;

    /** False: too many wait already. */
    boolean put(Arrival arrival) {
        int at = tail.getPlain();
        if (at - head.getAcquire() == PLACES) {
            return false;
        }
        Place[] all = places;
        if (all == null) {
            all = make();
            places = all;
        }
        all[at & (PLACES - 1)].put(arrival);
        tail.setRelease(at + 1);
        return true;
    }

    private static Place[] make() {
        Place[] made = new Place[PLACES];
        for (int i = 0; i < PLACES; i++) {
            made[i] = new Place();
        }
        return made;
    }

    boolean isEmpty() {
        return size() == 0;
    }

    int size() {
        return tail.getAcquire() - head.getPlain();
    }

    /** The oldest one; it keeps its place, and the arrival is good, until {@link #release}. */
    void peek(Arrival into) {
        Place[] all = places;
        if (all != null) {
            all[head.getPlain() & (PLACES - 1)].take(into);
        }
    }

    void release() {
        head.setRelease(head.getPlain() + 1);
    }
}
