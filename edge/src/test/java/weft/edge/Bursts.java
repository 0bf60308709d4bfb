package weft.edge;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import weft.netio.SendBatch;
import weft.netio.UdpPath;
import weft.netio.UdpSocket;
import weft.wireguard.Sealer;
import weft.wireguard.Spec;

/** Transport datagrams made beforehand, to be sent so many at a time. */
final class Bursts {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int MTU = 1420;

    private final int burst;
    private final int datagram;
    private final MemorySegment all;
    private final SendBatch batch;

    private Bursts(int burst, int datagram, int count) {
        this.burst = burst;
        this.datagram = datagram;
        all = Arena.ofAuto().allocate((long) count * datagram, 64);
        batch = new SendBatch(burst * datagram, burst);
    }

    private static Bursts empty(ForwardBench.Load load, int burst) {
        int datagram = Sealer.padded(load.packet, MTU) + Spec.TRANSPORT_OVERHEAD;
        return new Bursts(burst, datagram, load.bursts * burst);
    }

    /** Of a session that the edge does not have. */
    static Bursts foreign(ForwardBench.Load load, int burst, int index) {
        Bursts bursts = empty(load, burst);
        long count = bursts.all.byteSize() / bursts.datagram;
        for (long i = 0; i < count; i++) {
            long at = i * bursts.datagram;
            bursts.all.set(INT, at, Spec.TRANSPORT);
            bursts.all.set(INT, at + 4, index);
            bursts.all.set(LONG, at + 8, i);
        }
        return bursts;
    }

    /** Of a session that it has. */
    static Bursts sealed(ForwardBench.Load load, int burst, Sealer sealer) {
        Bursts bursts = empty(load, burst);
        InnerPackets packets = new InnerPackets(load);
        long count = bursts.all.byteSize() / bursts.datagram;
        int padded = Sealer.padded(load.packet, MTU);
        for (long i = 0; i < count; i++) {
            sealer.seal(packets.next(), 0, padded, bursts.all, i * bursts.datagram, System.nanoTime());
        }
        return bursts;
    }

    /** Bytes of each. */
    int datagram() {
        return datagram;
    }

    void send(int number, UdpSocket from, UdpPath to) throws IOException {
        long start = (long) number * burst * datagram;
        for (int i = 0; i < burst; i++) {
            long place = batch.reserve(datagram);
            MemorySegment.copy(all, start + (long) i * datagram, batch.buffer(), place, datagram);
            batch.commit(datagram, to);
        }
        batch.flush(from);
    }
}
