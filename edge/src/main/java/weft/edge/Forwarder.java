package weft.edge;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import weft.fleet.Forward;
import weft.fleet.TagKeys;
import weft.netio.SendBatch;
import weft.netio.UdpPath;
import weft.netio.UdpSocket;

/** Gathers what is passed on, so that it leaves in batches: neighbours for one edge as one GSO message. One thread's. */
final class Forwarder {
    private static final int BATCH_BYTES = 256 * 1024;
    private static final int BATCH_MESSAGES = 256;

    private final Mesh mesh;
    private final FleetCounters counters;
    private final SendBatch batch = new SendBatch(BATCH_BYTES, BATCH_MESSAGES);
    private @Nullable UdpSocket batchSocket;

    Forwarder(Mesh mesh, FleetCounters counters) {
        this.mesh = mesh;
        this.counters = counters;
    }

    void send(Forward forward, MemorySegment buffer, long at, int length, UdpPath to, TagKeys keys) throws IOException {
        long place = reserve(forward.overhead() + length, mesh.of(to));
        int whole = place < 0 ? 0 : forward.write(buffer, at, length, batch.buffer(), place, keys);
        if (whole == 0) {
            counters.add(FleetCount.MALFORMED);
        } else {
            batch.commit(whole, to);
        }
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
