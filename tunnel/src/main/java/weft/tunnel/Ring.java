package weft.tunnel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import weft.netio.UdpArrival;

/**
 * Datagrams on their way from one shard to another: one thread puts, one takes, neither waits or allocates, but for the first
 * datagram, which makes the places: 2 MB, and it stays so.
 *
 * <p>The taker sees what was put by the tail, which is stored after it; the putter knows by the head which places are free.
 */
final class Ring {
    private static final int PLACES = 1024;

    /** Of a place. Longer datagrams come by links with jumbo frames only, and no tunnel of ours makes such. */
    static final int BYTES = 2048;

    /** A datagram that was put. */
    private static final class Place {
        private final UdpArrival path = new UdpArrival();
        private final MemorySegment buffer;
        private int length;
        private boolean forwarded;

        Place(MemorySegment buffer) {
            this.buffer = buffer;
        }

        void put(Arrival arrival) {
            length = arrival.length();
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

    /** False: too many wait already, or it has more than {@value #BYTES} bytes. */
    boolean put(Arrival arrival) {
        int at = tail.getPlain();
        if (arrival.length() > BYTES || at - head.getAcquire() == PLACES) {
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
        MemorySegment all = Arena.ofAuto().allocate((long) PLACES * BYTES);
        Place[] made = new Place[PLACES];
        for (int i = 0; i < PLACES; i++) {
            made[i] = new Place(all.asSlice((long) i * BYTES, BYTES));
        }
        return made;
    }

    boolean isEmpty() {
        return size() == 0;
    }

    int size() {
        return tail.getAcquire() - head.getPlain();
    }

    /**
     * The oldest one; it keeps its place, and the arrival is good, until {@link #release}.
     *
     * @throws IllegalStateException if there is none
     */
    void peek(Arrival into) {
        Place[] all = places;
        if (isEmpty() || all == null) {
            throw new IllegalStateException("no datagram waits");
        }
        all[head.getPlain() & (PLACES - 1)].take(into);
    }

    void release() {
        head.setRelease(head.getPlain() + 1);
    }
}
