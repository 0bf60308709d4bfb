package weft.netio;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Prints datagrams a second over loopback by each way of sending and receiving; run by hand, judges nothing. */
final class IoSpeed {
    private static final int DATAGRAM = 1452;
    private static final long RUN = 2_000_000_000L;

    private IoSpeed() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        for (int round = 0; round < 3; round++) {
            for (UdpSocketTest.Way way : UdpSocketTest.Way.values()) {
                measure(way);
            }
        }
    }

    /** The sender waits for nobody; what counts is what arrives. */
    private static void measure(UdpSocketTest.Way way) throws IOException, InterruptedException {
        InetSocketAddress any = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
        try (UdpSocket to = way.open("127.0.0.1");
                UdpSocket from = way.open(any.getAddress().getHostAddress());
                Waiter waiter = new Waiter()) {
            UdpPath path = UdpPath.to(to.localAddress());
            long end = System.nanoTime() + RUN;
            Thread sender = Thread.ofPlatform().start(() -> send(way, from, path, end));
            waiter.add(to.fd());
            ReceiveBatch batch = new ReceiveBatch(32, 65_535);
            long datagrams = 0;
            long before = cpu();
            while (System.nanoTime() < end) {
                int messages = to.receive(batch);
                for (int i = 0; i < messages; i++) {
                    datagrams += (batch.length(i) + DATAGRAM - 1) / DATAGRAM;
                }
                if (messages == 0) {
                    waiter.await(1_000_000);
                }
            }
            sender.join();
            System.out.printf("%-11s receiver %5d ns of CPU a datagram%n", way, (cpu() - before) / datagrams);
            System.out.printf(
                    "%-11s arrived %5.3f M/s, sent %5.3f M/s%n", way, datagrams * 1e3 / RUN, from.sent() * 1e3 / RUN);
        }
    }

    private static void send(UdpSocketTest.Way way, UdpSocket from, UdpPath path, long end) {
        SendBatch batch = new SendBatch(1 << 18, 64);
        try {
            long before = cpu();
            while (System.nanoTime() < end) {
                for (int i = 0; i < 44; i++) {
                    batch.reserve(DATAGRAM);
                    batch.commit(DATAGRAM, path);
                }
                batch.flush(from);
            }
            System.out.printf("%-11s sender %5d ns of CPU a datagram%n", way, (cpu() - before) / from.sent());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
