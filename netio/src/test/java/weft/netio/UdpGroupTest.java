package weft.netio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The real kernel deals out real datagrams over loopback. */
@Timeout(60)
class UdpGroupTest {
    private static final long PATIENCE = Duration.ofSeconds(5).toNanos();
    private static final int SOCKETS = 4;

    /** By the byte behind as many as the first byte says, times four: every instruction has its part in it. */
    private static SteeringProgram program() {
        return new SteeringProgram()
                .loadByte(0)
                .skipIfEqual(0xff, 11)
                .skipIfSet(0x80, 9)
                .and(0x0f)
                .shiftLeft(2)
                .toX()
                .fromX()
                .plus(1)
                .toX()
                .loadByteFromX(3)
                .and(SOCKETS - 1)
                .answerA()
                .answer(SOCKETS - 1)
                .skip(1)
                .answer(0)
                .answer(1);
    }

    private static List<UdpSocket> open(String address) throws IOException {
        return UdpGroup.open(UdpSocket.builder().bind(at(address)).receiveBuffer(1 << 20), SOCKETS, program());
    }

    private static InetSocketAddress at(String address) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), 0);
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1,127.0.0.1", "::1,::1", "::,127.0.0.1", "::,::1"})
    void datagramsGoWhereTheProgramSays(String bound, String address) throws Exception {
        List<UdpSocket> group = open(bound);
        try (UdpSocket from = UdpSocket.builder().bind(at(address)).open()) {
            UdpPath to = path(address, group);
            assertThat(group)
                    .extracting(UdpSocket::localAddress)
                    .containsOnly(group.getFirst().localAddress());
            Random random = new Random(4);
            byte[] datagram = new byte[100];
            for (int i = 0; i < 200; i++) {
                random.nextBytes(datagram);
                datagram[0] &= 0x0f;
                send(from, to, datagram, datagram.length);
                assertThat(receiver(group)).isEqualTo(datagram[datagram[0] * 4 + 4] & (SOCKETS - 1));
            }
            datagram[0] = (byte) 0x80;
            send(from, to, datagram, datagram.length);
            assertThat(receiver(group)).isEqualTo(SOCKETS - 1);
            datagram[0] = (byte) 0xff;
            send(from, to, datagram, datagram.length);
            assertThat(receiver(group)).isEqualTo(1);
            datagram[0] = 9;
            send(from, to, datagram, 20);
            assertThat(receiver(group)).as("a load from beyond the end").isZero();
        } finally {
            group.forEach(UdpSocket::close);
        }
    }

    /** They are one message to the kernel: whoever sends a train of several sessions' has it arrive at one socket. */
    @Test
    void datagramsInSegmentsGoTogetherByTheFirst() throws Exception {
        List<UdpSocket> group = open("127.0.0.1");
        try (UdpSocket from = UdpSocket.builder().bind(at("127.0.0.1")).open()) {
            UdpPath to = path("127.0.0.1", group);
            for (int first = 0; first < SOCKETS; first++) {
                SendBatch batch = new SendBatch(65_536, 8);
                for (int i = 0; i < 8; i++) {
                    long place = batch.reserve(1000);
                    batch.buffer().asSlice(place, 1000).fill((byte) 0);
                    batch.buffer().set(ValueLayout.JAVA_BYTE, place + 4, (byte) (first + i));
                    batch.commit(1000, to);
                }
                assertThat(batch.flush(from)).isEqualTo(8);
                assertThat(receiver(group)).isEqualTo(first);
            }
        } finally {
            group.forEach(UdpSocket::close);
        }
    }

    @Test
    void aPlaceThatNoSocketHasIsLeftToTheKernel() throws Exception {
        List<UdpSocket> group = UdpGroup.open(
                UdpSocket.builder().bind(at("127.0.0.1")), SOCKETS, new SteeringProgram().answer(SOCKETS));
        try (UdpSocket from = UdpSocket.builder().bind(at("127.0.0.1")).open()) {
            send(from, path("127.0.0.1", group), new byte[50], 50);
            assertThat(receiver(group)).isBetween(0, SOCKETS - 1);
        } finally {
            group.forEach(UdpSocket::close);
        }
    }

    @Test
    void aPortThatAnotherGroupHasIsTaken() throws Exception {
        List<UdpSocket> group = open("127.0.0.1");
        try {
            UdpSocket.Builder same = UdpSocket.builder().bind(group.getFirst().localAddress());
            assertThatExceptionOfType(ErrnoException.class)
                    .isThrownBy(() -> UdpGroup.open(same, SOCKETS, program()))
                    .satisfies(refused -> assertThat(refused.errno()).isEqualTo(Errno.EADDRINUSE));
        } finally {
            group.forEach(UdpSocket::close);
        }
    }

    @Test
    void whetherTheKernelCanIsKnownBeforehand(@TempDir Path directory) throws Exception {
        assertThat(UdpGroup.whyNot()).isEmpty();
        assertThat(new Refusals(directory).main(Steerable.class, "steering").strip())
                .isEqualTo("the kernel does not steer sockets of one port (Protocol not available)");
    }

    /** Prints what it finds. */
    static final class Steerable {
        private Steerable() {}

        public static void main(String[] arguments) {
            System.out.println(UdpGroup.whyNot());
        }
    }

    private static UdpPath path(String address, List<UdpSocket> group) {
        int port = group.getFirst().localAddress().getPort();
        return UdpPath.to(new InetSocketAddress(InetAddress.ofLiteral(address), port));
    }

    private static void send(UdpSocket from, UdpPath to, byte[] bytes, int length) throws IOException {
        MemorySegment datagram = Arena.ofAuto().allocate(length);
        MemorySegment.copy(bytes, 0, datagram, ValueLayout.JAVA_BYTE, 0, length);
        assertThat(from.send(datagram, 0, length, to)).isTrue();
    }

    /** Which of them gets what comes next, and that it is one message. */
    private static int receiver(List<UdpSocket> group) throws IOException {
        try (Waiter waiter = new Waiter()) {
            group.forEach(socket -> waiter.add(socket.fd()));
            assertThat(waiter.await(PATIENCE)).isTrue();
            ReceiveBatch batch = new ReceiveBatch(2, 65_535);
            for (int i = 0; i < group.size(); i++) {
                if (waiter.readable(group.get(i).fd())) {
                    assertThat(group.get(i).receive(batch)).isEqualTo(1);
                    return i;
                }
            }
            throw new AssertionError("none of them is readable");
        }
    }
}
