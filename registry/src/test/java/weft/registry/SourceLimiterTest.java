package weft.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import weft.registry.RegistryConfig.Limits;

/** In virtual time: three at once, one more each second. */
class SourceLimiterTest {
    private long nanos;
    private final SourceLimiter limiter = new SourceLimiter(new Limits(3, Duration.ofSeconds(1), 1000, 1), () -> nanos);

    private boolean take(String source) {
        return limiter.take(InetAddress.ofLiteral(source));
    }

    private int taken(String source, int tries) {
        int taken = 0;
        for (int i = 0; i < tries; i++) {
            taken += take(source) ? 1 : 0;
        }
        return taken;
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
    }

    @Test
    void aSourceHasItsBurstThenOneForEachRefill() {
        assertThat(taken("192.0.2.1", 10)).isEqualTo(3);
        pass(Duration.ofMillis(999));
        assertThat(take("192.0.2.1")).isFalse();
        pass(Duration.ofMillis(2));
        assertThat(taken("192.0.2.1", 10)).isEqualTo(1);
        pass(Duration.ofMinutes(10));
        assertThat(taken("192.0.2.1", 10)).as("after a long silence").isEqualTo(3);
    }

    @Test
    void sourcesDoNotShareExceptForTheAddressesOfOneIpv6Subnet() {
        assertThat(taken("192.0.2.1", 10)).isEqualTo(3);
        assertThat(taken("192.0.2.2", 10)).as("the next IPv4 address").isEqualTo(3);
        assertThat(taken("2001:db8:1:1::1", 10)).isEqualTo(3);
        assertThat(take("2001:db8:1:1:ffff:ffff:ffff:ffff"))
                .as("another address of the same /64")
                .isFalse();
        assertThat(taken("2001:db8:1:2::1", 10)).as("the next /64").isEqualTo(3);
        assertThat(take("::ffff:192.0.2.1")).as("IPv4 in IPv6's form").isFalse();
    }

    /** Whoever has many addresses can make the oldest be forgotten, and no more. */
    @Test
    void onlySoManySourcesAreRemembered() {
        SourceLimiter small = new SourceLimiter(new Limits(1, Duration.ofHours(1), 100, 1), () -> nanos);
        for (int i = 0; i < 100_000; i++) {
            small.take(InetAddress.ofLiteral("10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255)));
        }
        assertThat(small.size()).isLessThanOrEqualTo(100);
    }
}
