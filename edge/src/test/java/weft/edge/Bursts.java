package weft.edge;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
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

    private final int datagram;
    private final List<SendBatch> batches = new ArrayList<>();

    private Bursts(int datagram) {
        this.datagram = datagram;
    }

    /** Writes the datagram of that number. */
    private interface Writer {
        void write(long number, MemorySegment out, long at);
    }

    private static Bursts of(ForwardBench.Load load, int burst, UdpPath to, Writer writer) {
        Bursts bursts = new Bursts(Sealer.padded(load.packet, MTU) + Spec.TRANSPORT_OVERHEAD);
        for (int i = 0; i < load.bursts; i++) {
            SendBatch batch = new SendBatch(burst * bursts.datagram, burst);
            for (int j = 0; j < burst; j++) {
                writer.write((long) i * burst + j, batch.buffer(), batch.reserve(bursts.datagram));
                batch.commit(bursts.datagram, to);
            }
            bursts.batches.add(batch);
        }
        return bursts;
    }

    /** Of a session that the edge does not have. */
    static Bursts foreign(ForwardBench.Load load, int burst, UdpPath to, int index) {
        return of(load, burst, to, (number, out, at) -> {
            out.set(INT, at, Spec.TRANSPORT);
            out.set(INT, at + 4, index);
            out.set(LONG, at + 8, number);
        });
    }

    /** Of a session that it has. */
    static Bursts sealed(ForwardBench.Load load, int burst, UdpPath to, Sealer sealer, Inet4Address source) {
        InnerPackets packets = new InnerPackets(load, source);
        int padded = Sealer.padded(load.packet, MTU);
        return of(
                load,
                burst,
                to,
                (number, out, at) -> sealer.seal(packets.next(), 0, padded, out, at, System.nanoTime()));
    }

    /** Bytes of each. */
    int datagram() {
        return datagram;
    }

    /** Each burst once. */
    void send(int number, UdpSocket from) throws IOException {
        batches.get(number).flush(from);
    }
}
