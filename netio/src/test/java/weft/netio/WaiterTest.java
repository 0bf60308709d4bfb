package weft.netio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WaiterTest {
    private static final long LONG = Duration.ofSeconds(20).toNanos();

    @Test
    void timesOutAfterAboutTheTimeGiven() throws IOException {
        try (Waiter waiter = new Waiter()) {
            long start = System.nanoTime();
            assertThat(waiter.await(Duration.ofMillis(30).toNanos())).isFalse();
            assertThat(System.nanoTime() - start)
                    .isGreaterThan(Duration.ofMillis(29).toNanos());
            assertThat(waiter.await(0)).isFalse();
        }
    }

    @Test
    void aWakeBeforeTheWaitIsNotLostAndEndsOneWaitOnly() throws IOException {
        try (Waiter waiter = new Waiter()) {
            waiter.wake();
            waiter.wake();
            assertThat(waiter.await(LONG)).isTrue();
            assertThat(waiter.await(0)).isFalse();
        }
    }

    @Test
    void noWakeOfManyIsLost() throws Exception {
        try (Waiter waiter = new Waiter()) {
            int rounds = 20_000;
            AtomicInteger posted = new AtomicInteger();
            Thread poster = Thread.ofPlatform().start(() -> {
                for (int i = 0; i < rounds; i++) {
                    posted.incrementAndGet();
                    waiter.wake();
                }
            });
            int seen = 0;
            while (seen < rounds) {
                assertThat(waiter.await(LONG)).as("woken after %d", seen).isTrue();
                seen = posted.get();
            }
            poster.join();
        }
    }

    @Test
    void saysWhichDescriptorIsReadable() throws IOException {
        InetSocketAddress any = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
        try (Waiter waiter = new Waiter();
                UdpSocket one = UdpSocket.builder().bind(any).open();
                UdpSocket two = UdpSocket.builder().bind(any).open()) {
            waiter.add(one.fd());
            waiter.add(two.fd());
            one.send(Packets.buffer(1), 0, 1, UdpPath.to(two.localAddress()));
            assertThat(waiter.await(LONG)).isTrue();
            assertThat(waiter.readable(one.fd())).isFalse();
            assertThat(waiter.readable(two.fd())).isTrue();
            waiter.remove(two.fd());
            assertThat(waiter.await(0)).isFalse();
        }
    }
}
