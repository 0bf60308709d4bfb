package weft.netio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real devices in namespaces of the test's own. */
@Timeout(60)
class TunTest {
    private static final int MEGABYTES = 64;

    @ParameterizedTest
    @CsvSource({"true,10.9.0.2", "true,fd09::2", "false,10.9.0.2", "false,fd09::2"})
    void aBulkTransferArrivesUnchanged(boolean offload, String address) throws Exception {
        TunPair.with(offload, pair -> {
            transfer(pair, address, MEGABYTES);
            assertThat(pair.firstTun.dropped() + pair.secondTun.dropped()).isZero();
        });
    }

    @Test
    void nothingIsAllocatedForReadingSplittingJoiningAndWriting() throws Exception {
        TunPair.with(true, pair -> {
            long least = Long.MAX_VALUE;
            for (int attempt = 0; attempt < 12 && least > 0; attempt++) {
                long before = pair.allocated();
                transfer(pair, "10.9.0.2", MEGABYTES);
                least = Math.min(least, pair.allocated() - before);
            }
            assertThat(least).isZero();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.9.0.2", "fd09::2"})
    void datagramsOfAnySizeArriveUnchanged(String address) throws Exception {
        TunPair.with(true, pair -> datagrams(pair, address));
    }

    @Test
    void udpSuperPacketsAreSplitAndJoined() throws Exception {
        TunPair.with(true, pair -> {
            InetSocketAddress bind = new InetSocketAddress(InetAddress.ofLiteral("10.9.0.2"), 0);
            try (UdpSocket to = Namespaces.within(
                            pair.second, () -> UdpSocket.builder().bind(bind).open());
                    UdpSocket from = Namespaces.within(
                            pair.first,
                            () -> UdpSocket.builder()
                                    .bind(new InetSocketAddress(InetAddress.ofLiteral("10.9.0.1"), 0))
                                    .open());
                    Waiter waiter = new Waiter()) {
                waiter.add(to.fd());
                byte[] sent = Packets.random(new Random(6), 40 * 1000);
                SendBatch batch = new SendBatch(65_536, 4);
                for (int i = 0; i < 40; i++) {
                    long at = batch.reserve(1000);
                    MemorySegment.copy(
                            sent, i * 1000, batch.buffer(), java.lang.foreign.ValueLayout.JAVA_BYTE, at, 1000);
                    batch.commit(1000, UdpPath.to(to.localAddress()));
                }
                batch.flush(from);
                ReceiveBatch received = new ReceiveBatch(64, 65_535);
                java.io.ByteArrayOutputStream arrived = new java.io.ByteArrayOutputStream();
                while (arrived.size() < sent.length) {
                    assertThat(waiter.await(Duration.ofSeconds(5).toNanos())).isTrue();
                    int messages = to.receive(received);
                    for (int i = 0; i < messages; i++) {
                        arrived.write(Packets.get(received.buffer(), received.at(i), received.length(i)));
                    }
                }
                assertThat(arrived.toByteArray()).isEqualTo(sent);
            }
        });
    }

    @Test
    void offloadIsInUseOnThisKernelAndSaidSo() throws Exception {
        TestNamespace.inNew(() -> {
            try (Tun tun = Tun.open("weft%d", true);
                    Tun plain = Tun.open("plain", false)) {
                assertThat(tun.name()).isEqualTo("weft0");
                assertThat(tun.offload()).isTrue();
                assertThat(tun.describe()).isEqualTo("weft0: TCP and UDP segmentation offload");
                assertThat(plain.offload()).isFalse();
                assertThat(plain.describe()).isEqualTo("plain: one packet a call (no vnet header)");
            }
        });
    }

    @Test
    void aDeviceInUseIsRefusedButAQueueMoreIsNot() throws Exception {
        TestNamespace.inNew(() -> {
            try (Tun tun = Tun.open("weft0", true);
                    Tun one = Tun.openQueue("many", true);
                    Tun two = Tun.openQueue("many", true)) {
                assertThatExceptionOfType(ErrnoException.class)
                        .isThrownBy(() -> Tun.open(tun.name(), true))
                        .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.EBUSY));
                assertThat(two.fd()).isNotEqualTo(one.fd());
            }
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anAdoptedDescriptorIsRecognised(boolean offload) throws Exception {
        TestNamespace.inNew(() -> {
            try (Tun parent = Tun.open("weft0", offload)) {
                Tun tun = Tun.adopt(parent.fd(), true);
                assertThat(tun.name()).isEqualTo("weft0");
                assertThat(tun.offload()).isEqualTo(offload);
                assertThat(tun.describe()).isEqualTo(parent.describe());
                assertThat(Tun.adopt(parent.fd()).vnetHeader()).isEqualTo(offload);
            }
        });
    }

    @Test
    void aDeviceThatIsDownDropsAndCounts() throws Exception {
        TestNamespace.inNew(() -> {
            try (Tun tun = Tun.open("weft0", true)) {
                TunWriter writer = new TunWriter(tun);
                byte[] packet = Packets.udp(4, 1, new byte[10]);
                Packets.put(packet, writer.buffer(), writer.reserve(packet.length));
                writer.commit(packet.length);
                writer.flush();
                assertThat(tun.dropped()).isEqualTo(1);
                assertThat(new TunReader(tun).read()).isFalse();
            }
        });
    }

    @Test
    void aDeviceThatIsGoneSaysSo() throws Exception {
        TestNamespace.inNew(() -> {
            try (Tun tun = Tun.open("weft0", true)) {
                TestNamespace.run("ip link delete weft0");
                assertThatExceptionOfType(ErrnoException.class)
                        .isThrownBy(() -> new TunReader(tun).read())
                        .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.EBADFD));
            }
        });
    }

    static void datagrams(TunPair pair, String address) throws Exception {
        try (DatagramSocket to =
                        Namespaces.within(pair.second, () -> new DatagramSocket(0, InetAddress.ofLiteral(address)));
                DatagramSocket from = Namespaces.within(pair.first, () -> new DatagramSocket())) {
            to.setSoTimeout((int) Duration.ofSeconds(5).toMillis());
            Random random = new Random(4);
            for (int size = 1; size < 4_000; size += 37) {
                byte[] datagram = Packets.random(random, size);
                from.send(new DatagramPacket(datagram, size, to.getLocalSocketAddress()));
                DatagramPacket arrived = new DatagramPacket(new byte[5_000], 5_000);
                to.receive(arrived);
                assertThat(java.util.Arrays.copyOf(arrived.getData(), arrived.getLength()))
                        .isEqualTo(datagram);
            }
        }
    }

    static void transfer(TunPair pair, String address, int megabytes) throws Exception {
        try (ServerSocket server =
                Namespaces.within(pair.second, () -> new ServerSocket(0, 1, InetAddress.ofLiteral(address)))) {
            CompletableFuture<byte[]> received = CompletableFuture.supplyAsync(() -> digestOf(server));
            byte[] sent = Namespaces.within(
                    pair.first,
                    () -> send(
                            new InetSocketAddress(InetAddress.ofLiteral(address), server.getLocalPort()), megabytes));
            assertThat(received.get()).isEqualTo(sent);
        }
    }

    private static byte[] send(InetSocketAddress to, int megabytes) throws Exception {
        Random random = new Random(1);
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        try (Socket socket = new Socket(to.getAddress(), to.getPort())) {
            OutputStream out = socket.getOutputStream();
            for (int i = 0; i < megabytes; i++) {
                byte[] block = Packets.random(random, 1 << 20);
                digest.update(block);
                out.write(block);
            }
        }
        return digest.digest();
    }

    private static byte[] digestOf(ServerSocket server) {
        try (Socket socket = server.accept();
                InputStream in = new DigestInputStream(socket.getInputStream(), MessageDigest.getInstance("SHA-256"))) {
            in.transferTo(OutputStream.nullOutputStream());
            return ((DigestInputStream) in).getMessageDigest().digest();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
