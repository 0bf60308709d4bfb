package weft.netio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real datagrams over loopback. */
class UdpSocketTest {
    private static final long PATIENCE = Duration.ofSeconds(5).toNanos();
    private static final int RUNS = 20_000;
    private static final int DATAGRAMS = 16;
    /** What the JDK may leave behind in each system call, see {@link Posix}; the least object has 16 bytes. */
    private static final int SLICE = 40;

    enum Way {
        OFFLOAD,
        BATCHES,
        ONE_A_CALL;

        UdpSocket open(String address) throws IOException {
            UdpSocket.Builder builder = UdpSocket.builder()
                    .bind(new InetSocketAddress(InetAddress.ofLiteral(address), 0))
                    .offload(this == OFFLOAD)
                    .receiveBuffer(8 << 20)
                    .sendBuffer(8 << 20);
            return (this == ONE_A_CALL ? builder.oneDatagramACall() : builder).open();
        }
    }

    @ParameterizedTest
    @EnumSource
    void datagramsArriveUnchangedInOrderWithTheirLengths(Way way) throws IOException {
        for (String address : List.of("127.0.0.1", "::1")) {
            try (UdpSocket from = way.open(address);
                    UdpSocket to = way.open(address)) {
                exchange(from, to, UdpPath.to(to.localAddress()));
            }
        }
    }

    @Test
    void offloadIsInUseOnThisKernelAndSaidSo() throws IOException {
        try (UdpSocket socket = Way.OFFLOAD.open("127.0.0.1");
                UdpSocket plain = Way.BATCHES.open("127.0.0.1");
                UdpSocket single = Way.ONE_A_CALL.open("127.0.0.1")) {
            assertThat(socket.offload()).isTrue();
            assertThat(socket.describe()).contains("UDP_GRO and UDP_SEGMENT");
            assertThat(plain.describe()).isEqualTo("recvmmsg and sendmmsg, no segmentation offload: not wanted");
            assertThat(single.describe()).startsWith("one datagram a call");
        }
    }

    @Test
    void equalDatagramsTravelAsOneMessage() throws IOException {
        try (UdpSocket from = Way.OFFLOAD.open("127.0.0.1");
                UdpSocket to = Way.OFFLOAD.open("127.0.0.1")) {
            SendBatch batch = new SendBatch(65_536, 8);
            UdpPath path = UdpPath.to(to.localAddress());
            for (int i = 0; i < 40; i++) {
                write(batch, new byte[1452], path);
            }
            write(batch, new byte[7], path);
            assertThat(batch.flush(from)).isEqualTo(41);
            ReceiveBatch received = new ReceiveBatch(4, 65_535);
            await(to);
            assertThat(to.receive(received)).isEqualTo(1);
            assertThat(received.length(0)).isEqualTo(40 * 1452 + 7);
            assertThat(received.segmentSize(0)).isEqualTo(1452);
        }
    }

    @Test
    void aDualStackSocketSpeaksBothFamiliesAndShowsIpv4AsIpv4() throws IOException {
        try (UdpSocket server = Way.OFFLOAD.open("::")) {
            int port = server.localAddress().getPort();
            for (String address : List.of("127.0.0.1", "127.0.0.7", "::1")) {
                InetAddress local = InetAddress.ofLiteral(address);
                try (UdpSocket client = Way.OFFLOAD.open(address.contains(":") ? "::1" : "127.0.0.1")) {
                    client.send(native4(), 0, 4, UdpPath.to(new InetSocketAddress(local, port)));
                    ReceiveBatch received = new ReceiveBatch(4, 65_535);
                    await(server);
                    assertThat(server.receive(received)).isEqualTo(1);
                    UdpPath path = received.path(0);
                    assertThat(path.remote()).isEqualTo(client.localAddress());
                    assertThat(path.local()).contains(local);
                    assertThat(path.remoteBytes()).hasSize(address.contains(":") ? 18 : 6);
                    UdpArrival arrival = new UdpArrival();
                    received.arrival(0, arrival);
                    assertThat(arrival.is(path)).isTrue();
                    assertThat(arrival.is(path.anySource())).isFalse();
                    assertThat(arrival.path()).isEqualTo(path);

                    server.send(native4(), 0, 4, path);
                    await(client);
                    assertThat(client.receive(received)).isEqualTo(1);
                    assertThat(received.path(0).remote()).isEqualTo(new InetSocketAddress(local, port));
                }
            }
        }
    }

    /** As the inbound agent of an edge does, which listens on one address of each family. */
    @Test
    void oneBatchServesSocketsOfBothFamiliesInTurn() throws IOException {
        ReceiveBatch received = new ReceiveBatch(1, 65_535);
        for (String address : List.of("127.0.0.1", "::1", "127.0.0.1", "::1")) {
            try (UdpSocket server = Way.OFFLOAD.open(address);
                    UdpSocket client = Way.OFFLOAD.open(address)) {
                UdpPath path = learn(client, server, received, UdpPath.to(server.localAddress()));
                assertThat(path.remote()).isEqualTo(client.localAddress());
            }
        }
    }

    @Test
    void theSamePathIsEqualWhicheverSocketLearntIt() throws IOException {
        try (UdpSocket dual = Way.OFFLOAD.open("::");
                UdpSocket v4 = Way.OFFLOAD.open("0.0.0.0");
                UdpSocket client = Way.OFFLOAD.open("127.0.0.1")) {
            List<UdpPath> paths = new ArrayList<>();
            for (UdpSocket server : List.of(dual, v4)) {
                InetSocketAddress to = new InetSocketAddress(
                        InetAddress.ofLiteral("127.0.0.1"),
                        server.localAddress().getPort());
                client.send(native4(), 0, 4, UdpPath.to(to));
                ReceiveBatch received = new ReceiveBatch(1, 65_535);
                await(server);
                assertThat(server.receive(received)).isEqualTo(1);
                paths.add(received.path(0));
            }
            assertThat(paths.get(0)).isEqualTo(paths.get(1)).hasSameHashCodeAs(paths.get(1));
        }
    }

    @Test
    void aClosedPortBreaksNeitherSendingNorReceiving() throws IOException {
        try (UdpSocket socket = Way.OFFLOAD.open("127.0.0.1")) {
            UdpPath closed = UdpPath.to(closedPort());
            ReceiveBatch received = new ReceiveBatch(4, 65_535);
            for (int i = 0; i < 10; i++) {
                socket.send(native4(), 0, 4, closed);
                assertThat(socket.receive(received)).isZero();
            }
        }
    }

    @Test
    void aDatagramThatTheKernelRefusesDoesNotKeepBackTheOthers() throws IOException {
        try (UdpSocket from = Way.BATCHES.open("127.0.0.1");
                UdpSocket to = Way.BATCHES.open("127.0.0.1")) {
            UdpPath good = UdpPath.to(to.localAddress());
            UdpPath v6 = UdpPath.to(new InetSocketAddress(InetAddress.ofLiteral("::1"), 9));
            UdpPath foreign = good.from(InetAddress.ofLiteral("192.0.2.77"));
            SendBatch batch = new SendBatch(65_536, 8);
            for (UdpPath path : List.of(good, foreign, good, v6, good)) {
                write(batch, new byte[100], path);
            }
            assertThatExceptionOfType(ErrnoException.class)
                    .isThrownBy(() -> batch.flush(from))
                    .satisfies(e -> assertThat(e.errno()).isIn(Errno.EINVAL, Errno.EADDRNOTAVAIL, Errno.EAFNOSUPPORT));
            assertThat(batch.isEmpty()).isTrue();
            assertThat(batch.refused()).isPresent();
            assertThat(batch.dropped()).isEqualTo(2);
            assertThat(drain(to, 3)).hasSize(3);
            assertThat(from.dropped()).isEqualTo(2);
            assertThat(from.sent()).isEqualTo(3);
        }
    }

    @Test
    void segmentsBeyondThePathMtuGoPlainly() throws IOException {
        try (UdpSocket from = Way.OFFLOAD.open("127.0.0.1");
                UdpSocket to = Way.OFFLOAD.open("127.0.0.1")) {
            SendBatch batch = new SendBatch(1 << 20, 8);
            UdpPath path = UdpPath.to(to.localAddress());
            byte[] big = Packets.random(new Random(3), 30_000);
            for (int i = 0; i < 4; i++) {
                write(batch, big, path);
            }
            assertThat(batch.flush(from)).isEqualTo(4);
            assertThat(drain(to, 4)).hasSize(4).allMatch(datagram -> java.util.Arrays.equals(datagram, big));
            assertThat(from.offload()).isTrue();
        }
    }

    @Test
    void aFullBatchSaysSoAndIsUsableAfterAFlush() throws IOException {
        try (UdpSocket from = Way.OFFLOAD.open("127.0.0.1")) {
            SendBatch batch = new SendBatch(3_000, 2);
            UdpPath path = UdpPath.to(from.localAddress());
            write(batch, new byte[100], path);
            write(batch, new byte[200], path);
            assertThat(batch.reserve(10)).isNegative();
            batch.flush(from);
            assertThat(batch.reserve(3_000)).isZero();
            assertThat(batch.reserve(3_001)).isNegative();
        }
    }

    @Test
    void closingTwiceIsHarmless() throws IOException {
        UdpSocket socket = Way.OFFLOAD.open("127.0.0.1");
        socket.close();
        socket.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSecondSocketSharesThePortOnlyIfBothWantIt(boolean share) throws IOException {
        try (UdpSocket first = UdpSocket.builder()
                .bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0))
                .reusePort(share)
                .open()) {
            UdpSocket.Builder second =
                    UdpSocket.builder().bind(first.localAddress()).reusePort(share);
            if (share) {
                second.open().close();
            } else {
                assertThatExceptionOfType(ErrnoException.class)
                        .isThrownBy(second::open)
                        .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.EADDRINUSE));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void noDatagramAllocatesWhenSentOrReceived(Way way) throws IOException {
        try (UdpSocket from = way.open("::");
                UdpSocket to = way.open("127.0.0.1");
                Waiter waiter = new Waiter()) {
            waiter.add(to.fd());
            SendBatch batch = new SendBatch(65_536, 16);
            ReceiveBatch received = new ReceiveBatch(16, 65_535);
            UdpPath path = UdpPath.to(to.localAddress());
            UdpPath known = learn(from, to, received, path);
            UdpArrival arrival = new UdpArrival();
            assertThat(Allocation.ofSteady(RUNS, () -> {
                        for (int i = 0; i < DATAGRAMS; i++) {
                            long at = batch.reserve(1452);
                            batch.buffer().set(java.lang.foreign.ValueLayout.JAVA_BYTE, at, (byte) i);
                            batch.commit(1452, path);
                        }
                        batch.flush(from);
                        int datagrams = 0;
                        while (datagrams < DATAGRAMS && waiter.await(PATIENCE)) {
                            int messages = to.receive(received);
                            for (int i = 0; i < messages; i++) {
                                datagrams += received.length(i) / received.segmentSize(i);
                                received.arrival(i, arrival);
                                if (!arrival.is(known)) {
                                    throw new IllegalStateException("an unknown path");
                                }
                            }
                        }
                    }))
                    .isLessThanOrEqualTo((long) RUNS * SLICE * (way == Way.ONE_A_CALL ? 3 * DATAGRAMS : 4));
        }
    }

    private static UdpPath learn(UdpSocket from, UdpSocket to, ReceiveBatch received, UdpPath path) throws IOException {
        from.send(native4(), 0, 4, path);
        await(to);
        to.receive(received);
        return received.path(0);
    }

    private static void exchange(UdpSocket from, UdpSocket to, UdpPath path) throws IOException {
        Random random = new Random(1);
        SendBatch batch = new SendBatch(1 << 18, 64);
        List<byte[]> expected = new ArrayList<>();
        for (int run = 0; run < 20; run++) {
            int size = 1 + random.nextInt(1452);
            int count = 1 + random.nextInt(140);
            for (int i = 0; i < count; i++) {
                byte[] datagram = Packets.random(random, i == count - 1 ? random.nextInt(size + 1) : size);
                if (batch.reserve(datagram.length) < 0) {
                    batch.flush(from);
                }
                write(batch, datagram, path);
                expected.add(datagram);
            }
        }
        batch.flush(from);
        List<byte[]> arrived = drain(to, expected.size());
        assertThat(arrived).containsExactlyElementsOf(expected);
        assertThat(from.sent()).isEqualTo(expected.size());
        assertThat(from.dropped()).isZero();
    }

    private static void write(SendBatch batch, byte[] datagram, UdpPath path) {
        long at = batch.reserve(datagram.length);
        assertThat(at).isNotNegative();
        Packets.put(datagram, batch.buffer(), at);
        batch.commit(datagram.length, path);
    }

    private static List<byte[]> drain(UdpSocket socket, int datagrams) throws IOException {
        ReceiveBatch received = new ReceiveBatch(32, 65_535);
        List<byte[]> arrived = new ArrayList<>();
        while (arrived.size() < datagrams) {
            await(socket);
            int messages = socket.receive(received);
            for (int i = 0; i < messages; i++) {
                int length = received.length(i);
                int each = Math.max(1, received.segmentSize(i));
                for (int at = 0; at < Math.max(1, length); at += each) {
                    arrived.add(Packets.get(received.buffer(), received.at(i) + at, Math.min(each, length - at)));
                }
            }
        }
        return arrived;
    }

    private static void await(UdpSocket socket) throws IOException {
        try (Waiter waiter = new Waiter()) {
            waiter.add(socket.fd());
            assertThat(waiter.await(PATIENCE)).as("a datagram within 5 s").isTrue();
        }
    }

    private static InetSocketAddress closedPort() throws IOException {
        try (UdpSocket socket = Way.BATCHES.open("127.0.0.1")) {
            return socket.localAddress();
        }
    }

    private static MemorySegment native4() {
        return Arena.ofAuto().allocate(4);
    }
}
