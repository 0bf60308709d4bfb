package weft.edge;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import weft.fleet.Forward;
import weft.fleet.TagKeys;
import weft.netio.SendBatch;
import weft.netio.UdpPath;
import weft.netio.UdpSocket;

/**
 * Gathers what is passed on, so that it leaves in batches: neighbours for one edge as one GSO message. One thread's.
 *
 * <p>Most datagrams are followed by more of the same stream, of the same length. These repeat what the first one
 * got in front of it; nothing is decided and little is hashed for them.
 */
final class Forwarder {
    /** Two GSO messages; more would push each other out of the processor's cache. */
    private static final int BATCH_BYTES = 128 * 1024;

    private static final int BATCH_MESSAGES = 256;
    private static final long NOTHING = -1;

    private final Mesh mesh;
    private final int shard;
    private final FleetCounters counters;
    private final SendBatch batch = new SendBatch(BATCH_BYTES, BATCH_MESSAGES);
    private @Nullable UdpSocket batchSocket;
    private @Nullable UdpPath lastTo;
    private long last = NOTHING;
    private int repeated;
    private boolean fragmented;
    private int repeatedInFragments;

    Forwarder(Mesh mesh, int shard, FleetCounters counters) {
        this.mesh = mesh;
        this.shard = shard;
        this.counters = counters;
    }

    void send(Forward forward, MemorySegment buffer, long at, int length, UdpPath to, TagKeys keys) throws IOException {
        last = NOTHING;
        long place = reserve(forward.overhead() + length, mesh.of(to, shard));
        int whole = place < 0 ? 0 : forward.write(buffer, at, length, batch.buffer(), place, keys);
        if (whole == 0) {
            counters.add(FleetCount.MALFORMED);
        } else {
            batch.commit(whole, to);
            last = place;
            lastTo = to;
            fragmented = whole > mesh.longest(to);
            if (fragmented) {
                counters.add(FleetCount.FRAGMENTED);
            }
        }
    }

    /**
     * Sends one more like the one that was sent just before, of the same length.
     *
     * @return false where it cannot follow that one, as the batch is full; {@link #send} can
     */
    boolean repeat(Forward forward, MemorySegment buffer, long at, int length, TagKeys keys) {
        UdpPath to = lastTo;
        if (last == NOTHING || to == null) {
            return false;
        }
        long place = batch.reserve(forward.overhead() + length);
        if (place < 0) {
            return false;
        }
        batch.commit(forward.repeat(buffer, at, length, batch.buffer(), last, place, keys), to);
        last = place;
        repeated++;
        repeatedInFragments += fragmented ? 1 : 0;
        return true;
    }

    private long reserve(int length, UdpSocket socket) throws IOException {
        if (batchSocket != socket) {
            flush();
            batchSocket = socket;
        }
        long place = batch.reserve(length);
        if (place < 0) {
            flush();
            place = batch.reserve(length);
        }
        return place;
    }

    void flush() {
        last = NOTHING;
        if (repeated > 0) {
            counters.add(FleetCount.FORWARDED, repeated);
            counters.add(FleetCount.FRAGMENTED, repeatedInFragments);
            repeated = 0;
            repeatedInFragments = 0;
        }
        if (batchSocket != null && !batch.isEmpty()) {
            try {
                batch.flush(batchSocket);
            } catch (IOException networkTrouble) {
                // The way to a dead edge, or a full queue: the packets are lost, as packets are.
                counters.add(FleetCount.UNSENT);
            }
        }
    }
}
