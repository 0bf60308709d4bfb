package weft.netio;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Random;

/** Sends numbered datagrams of many lengths over loopback; prints which way was chosen and what became of them. */
final class UdpExchange {
    private static final int RUNS = 100;
    private static final long PATIENCE = Duration.ofSeconds(5).toNanos();

    private final UdpSocket from = open();
    private final UdpSocket to = open();
    private final SendBatch batch = new SendBatch(1 << 18, 64);
    private final ReceiveBatch received = new ReceiveBatch(32, 65_535);
    private int made;
    private int arrived;
    private int last = -1;
    private int refusals;

    private UdpExchange() throws IOException {}

    private static UdpSocket open() throws IOException {
        return UdpSocket.builder()
                .bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0))
                .receiveBuffer(8 << 20)
                .sendBuffer(8 << 20)
                .open();
    }

    public static void main(String[] args) throws IOException {
        UdpExchange exchange = new UdpExchange();
        System.out.println("at first: " + exchange.from.describe());
        Random random = new Random(1);
        for (int i = 0; i < RUNS; i++) {
            exchange.send(1 + random.nextInt(140), 4 + random.nextInt(1448));
            exchange.receive();
        }
        System.out.println("at last: " + exchange.from.describe());
        System.out.println("lost: " + (exchange.made - exchange.arrived));
        System.out.println("dropped: " + exchange.from.dropped());
        System.out.println("refusals: " + exchange.refusals);
    }

    private void send(int count, int size) throws IOException {
        UdpPath path = UdpPath.to(to.localAddress());
        for (int i = 0; i < count; i++) {
            long at = batch.reserve(size);
            batch.buffer().set(ValueLayout.JAVA_INT_UNALIGNED, at, made++);
            batch.commit(size, path);
        }
        try {
            batch.flush(from);
        } catch (ErrnoException refused) {
            refusals++;
        }
    }

    /** What has left arrives: over loopback nothing is lost. */
    private void receive() throws IOException {
        try (Waiter waiter = new Waiter()) {
            waiter.add(to.fd());
            while (arrived < from.sent() && waiter.await(PATIENCE)) {
                int messages = to.receive(received);
                for (int i = 0; i < messages; i++) {
                    message(received.at(i), received.length(i), received.segmentSize(i));
                }
            }
        }
    }

    private void message(long at, int length, int each) {
        for (long datagram = at; datagram < at + length; datagram += each) {
            int number = received.buffer().get(ValueLayout.JAVA_INT_UNALIGNED, datagram);
            if (number <= last || number >= made) {
                throw new IllegalStateException("datagram " + number + " after " + last);
            }
            last = number;
            arrived++;
        }
    }
}
